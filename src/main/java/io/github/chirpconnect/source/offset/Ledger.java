package io.github.chirpconnect.source.offset;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * What Connect was given of the inventory: the fingerprint of each device whose record was handed
 * over, by bucket. It lives in source offsets, one partition a bucket, so that a restart neither
 * repeats a record nor forgets that a device was there.
 *
 * <p>The text of a bucket is {@code 1:} and {@code <EUI>=<fingerprint>} for each device, by EUI,
 * separated by semicolons. A device that is gone stays for a while, since its position in its logs
 * does: {@code <EUI>=-} and the milliseconds since 1970 in base 36. A device that was not written
 * to this topic yet has an empty fingerprint. The text may be followed by a second one of the same
 * form, which says what was handed over since, see {@link LedgerBatch}. Connect keeps every offset
 * in memory and sends it whole, so a bucket may not exceed {@value #MAX_BYTES} bytes.
 *
 * <p>An offset says for which topic it was written: in another topic nothing is there yet.
 *
 * <p>Not thread-safe.
 */
public final class Ledger {
  public static final int MAX_BYTES = 256 << 10;
  static final String FEED = "feed";
  public static final String BUCKET = "bucket";
  static final String LEDGER = "ledger";
  static final String SINCE = "since";
  static final String TOPIC = "topic";
  private static final String VERSION = "1:";
  private static final String NOT_WRITTEN = "";
  private static final char GONE = '-';

  private final String topic;
  private final Map<Integer, SortedMap<String, String>> buckets = new HashMap<>();

  /** Texts of buckets that have not changed since: one batch ends where the next begins. */
  private final Map<Integer, String> texts = new HashMap<>();

  private String formerTopic;

  /**
   * @param topic that the devices are written to
   */
  public Ledger(String topic) {
    this.topic = topic;
  }

  /**
   * The source partition of a bucket. Connect finds a partition by its JSON, fields in the order of
   * the map, so that order must be the same in each process; that of {@code Map.of} is not. Connect
   * itself reads and shows partitions as hash maps, and what a user sets is written in that order.
   */
  public static Map<String, String> partition(int bucket) {
    Map<String, String> partition = new HashMap<>();
    partition.put(FEED, "devices");
    partition.put(BUCKET, Integer.toString(bucket));
    return partition;
  }

  /** The source partitions of the whole connector. */
  public static List<Map<String, String>> partitions() {
    List<Map<String, String>> partitions = new ArrayList<>();
    for (int bucket = 0; bucket < Shards.BUCKETS; bucket++) {
      partitions.add(partition(bucket));
    }
    return partitions;
  }

  /**
   * @throws IllegalArgumentException when it is no offset of a ledger, or not of this bucket
   */
  public void load(int bucket, Map<String, ?> offset) {
    SortedMap<String, String> devices = parse(bucket, offset);
    if (offset.get(TOPIC) instanceof String writtenTo && !writtenTo.equals(topic)) {
      devices.replaceAll((devEui, state) -> isGone(state) ? state : NOT_WRITTEN);
      formerTopic = devices.containsValue(NOT_WRITTEN) ? writtenTo : formerTopic;
    }
    buckets.put(bucket, devices);
    texts.remove(bucket);
  }

  /** The topic that some of its devices were written to, when that is another one; else null. */
  public String formerTopic() {
    return formerTopic;
  }

  /** The devices that are not gone, with their fingerprints. */
  public Map<String, String> devices() {
    Map<String, String> all = new HashMap<>();
    buckets.values().forEach(all::putAll);
    all.values().removeIf(Ledger::isGone);
    return all;
  }

  /** The devices that are gone and not forgotten, and since when. */
  public Map<String, Instant> departed() {
    Map<String, Instant> departed = new HashMap<>();
    for (SortedMap<String, String> bucket : buckets.values()) {
      bucket.forEach(
          (devEui, state) -> {
            if (isGone(state)) {
              departed.put(devEui, goneAt(state));
            }
          });
    }
    return departed;
  }

  public void put(String devEui, String fingerprint) {
    bucketToChange(devEui).put(devEui, fingerprint);
  }

  public void gone(String devEui, Instant at) {
    put(devEui, goneState(at));
  }

  public void forget(String devEui) {
    bucketToChange(devEui).remove(devEui);
  }

  /** The text of a bucket as it is now. */
  public String text(int bucket) {
    return texts.computeIfAbsent(
        bucket, unused -> VERSION + join(buckets.getOrDefault(bucket, new TreeMap<>())));
  }

  /** The state of one device, as {@link #offset} takes it. */
  String entry(String devEui) {
    return devEui + '=' + buckets.get(Shards.bucketOf(devEui)).get(devEui);
  }

  /**
   * The offset of a bucket.
   *
   * @param text of the bucket, as it was at some time
   * @param since entries of devices that have changed since; empty for none
   * @throws ConnectException when it has grown too large
   */
  Map<String, String> offset(int bucket, String text, String since) {
    // All of it is ASCII.
    int bytes = text.length() + since.length();
    if (bytes > MAX_BYTES) {
      throw new ConnectException(
          "The devices of bucket "
              + bucket
              + " need "
              + bytes
              + " bytes of source offset, more than the "
              + MAX_BYTES
              + " that Kafka can be trusted with; split the network over several connectors by "
              + "chirpstack.application.ids");
    }
    return since.isEmpty()
        ? Map.of(LEDGER, text, TOPIC, topic)
        : Map.of(LEDGER, text, SINCE, since, TOPIC, topic);
  }

  private SortedMap<String, String> bucketToChange(String devEui) {
    int bucket = Shards.bucketOf(devEui);
    texts.remove(bucket);
    return buckets.computeIfAbsent(bucket, unused -> new TreeMap<>());
  }

  private static String join(Map<String, String> devices) {
    StringBuilder text = new StringBuilder();
    devices.forEach(
        (devEui, state) -> {
          if (!text.isEmpty()) {
            text.append(';');
          }
          text.append(devEui).append('=').append(state);
        });
    return text.toString();
  }

  /**
   * The devices of an offset, those that are gone among them.
   *
   * @throws IllegalArgumentException when it is no offset of a ledger, or not of this bucket
   */
  static SortedMap<String, String> parse(int bucket, Map<String, ?> offset) {
    String text = text(offset, LEDGER);
    if (!text.startsWith(VERSION)) {
      throw new IllegalArgumentException(
          "the ledger of bucket " + bucket + " does not start with " + VERSION);
    }
    SortedMap<String, String> devices = new TreeMap<>();
    add(bucket, text.substring(VERSION.length()), devices);
    if (offset.containsKey(SINCE)) {
      add(bucket, text(offset, SINCE), devices);
    }
    return devices;
  }

  /** The devices of an offset that are not gone. */
  public static Set<String> present(int bucket, Map<String, ?> offset) {
    Map<String, String> devices = parse(bucket, offset);
    devices.values().removeIf(Ledger::isGone);
    return devices.keySet();
  }

  private static String text(Map<String, ?> offset, String field) {
    if (offset.get(field) instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException("field " + field + " must be a string");
  }

  private static void add(int bucket, String entries, SortedMap<String, String> devices) {
    if (entries.isEmpty()) {
      return;
    }
    for (String device : entries.split(";", -1)) {
      int equals = device.indexOf('=');
      String devEui = device.substring(0, Math.max(equals, 0));
      if (!Offsets.isEui(devEui)) {
        throw new IllegalArgumentException(
            "'" + device + "' in the ledger of bucket " + bucket + " is not <EUI>=<fingerprint>");
      }
      if (Shards.bucketOf(devEui) != bucket) {
        throw new IllegalArgumentException(
            "device "
                + devEui
                + " belongs to bucket "
                + Shards.bucketOf(devEui)
                + ", not "
                + bucket);
      }
      String state = device.substring(equals + 1);
      if (isGone(state)) {
        goneAt(state);
      }
      devices.put(devEui, state);
    }
  }

  private static boolean isGone(String state) {
    return !state.isEmpty() && state.charAt(0) == GONE;
  }

  private static String goneState(Instant at) {
    return GONE + Long.toString(at.toEpochMilli(), Character.MAX_RADIX);
  }

  private static Instant goneAt(String state) {
    try {
      return Instant.ofEpochMilli(Long.parseLong(state, 1, state.length(), Character.MAX_RADIX));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "'" + state + "' in a ledger is not - and a time, in milliseconds in base 36", e);
    }
  }
}
