package io.github.chirpconnect.source;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * What Connect was given of the inventory: the fingerprint of each device whose record was handed
 * over, by bucket. It lives in source offsets, one partition a bucket, so that a restart neither
 * repeats a record nor forgets that a device was there.
 *
 * <p>The text of a bucket is {@code 1:} and {@code <EUI>=<fingerprint>} for each device, by EUI,
 * separated by semicolons. Connect keeps every offset in memory and sends it whole, so a bucket may
 * not exceed {@value #MAX_BYTES} bytes.
 *
 * <p>Not thread-safe.
 */
final class Ledger {
  static final int MAX_BYTES = 256 << 10;
  static final String FEED = "feed";
  static final String BUCKET = "bucket";
  static final String LEDGER = "ledger";
  private static final String VERSION = "1:";

  private final Map<Integer, SortedMap<String, String>> buckets = new HashMap<>();

  /**
   * The source partition of a bucket. Connect finds a partition by its JSON, fields in the order of
   * the map, so that order must be the same in each process; that of {@code Map.of} is not. Connect
   * itself reads and shows partitions as hash maps, and what a user sets is written in that order.
   */
  static Map<String, String> partition(int bucket) {
    Map<String, String> partition = new HashMap<>();
    partition.put(FEED, "devices");
    partition.put(BUCKET, Integer.toString(bucket));
    return partition;
  }

  /** The source partitions that a task has to read at its start. */
  static List<Map<String, String>> partitions(Shards shards) {
    List<Map<String, String>> partitions = new ArrayList<>();
    for (int bucket = 0; bucket < Shards.BUCKETS; bucket++) {
      if (shards.ownsBucket(bucket)) {
        partitions.add(partition(bucket));
      }
    }
    return partitions;
  }

  /**
   * @throws IllegalArgumentException when the text is no ledger, or not of this bucket
   */
  void load(int bucket, String text) {
    buckets.put(bucket, parse(bucket, text));
  }

  /** All devices in it, with their fingerprints. */
  Map<String, String> devices() {
    Map<String, String> all = new HashMap<>();
    buckets.values().forEach(all::putAll);
    return all;
  }

  void put(String devEui, String fingerprint) {
    bucket(devEui).put(devEui, fingerprint);
  }

  void remove(String devEui) {
    bucket(devEui).remove(devEui);
  }

  /**
   * The offset of a bucket.
   *
   * @throws ConnectException when it has grown too large
   */
  Map<String, String> offset(int bucket) {
    StringBuilder text = new StringBuilder(VERSION);
    buckets
        .getOrDefault(bucket, new TreeMap<>())
        .forEach(
            (devEui, fingerprint) -> {
              if (text.length() > VERSION.length()) {
                text.append(';');
              }
              text.append(devEui).append('=').append(fingerprint);
            });
    // All of it is ASCII.
    if (text.length() > MAX_BYTES) {
      throw new ConnectException(
          "The devices of bucket "
              + bucket
              + " need "
              + text.length()
              + " bytes of source offset, more than the "
              + MAX_BYTES
              + " that Kafka can be trusted with; split the network over several connectors by "
              + "chirpstack.application.ids");
    }
    return Map.of(LEDGER, text.toString());
  }

  private SortedMap<String, String> bucket(String devEui) {
    return buckets.computeIfAbsent(Shards.bucketOf(devEui), unused -> new TreeMap<>());
  }

  /**
   * @throws IllegalArgumentException when the text is no ledger, or not of this bucket
   */
  static SortedMap<String, String> parse(int bucket, String text) {
    SortedMap<String, String> devices = new TreeMap<>();
    if (!text.startsWith(VERSION)) {
      throw new IllegalArgumentException(
          "the ledger of bucket " + bucket + " does not start with " + VERSION);
    }
    if (text.length() == VERSION.length()) {
      return devices;
    }
    for (String device : text.substring(VERSION.length()).split(";", -1)) {
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
      devices.put(devEui, device.substring(equals + 1));
    }
    return devices;
  }
}
