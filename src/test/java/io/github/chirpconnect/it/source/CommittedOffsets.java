package io.github.chirpconnect.it.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.chirpconnect.harness.connect.ConnectWorker;
import io.github.chirpconnect.harness.kafka.TopicReader;
import io.github.chirpconnect.harness.kafka.TopicRecord;
import io.github.chirpconnect.it.Logs;
import io.github.chirpconnect.it.SourceUnderTest;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** A source connector's offsets of devices, as a worker's topic of offsets has them. */
final class CommittedOffsets {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FRAMES = "device.frames";

  /** By EUI: {@code {"events": "1:…", "frames": "1:…"}}. */
  private final Map<String, JsonNode> offsets = new HashMap<>();

  private CommittedOffsets() {}

  /** What is committed now. */
  static CommittedOffsets of(ConnectWorker worker, SourceUnderTest source) {
    CommittedOffsets committed = new CommittedOffsets();
    try (TopicReader reader = source.topics().reader(worker.offsetsTopic())) {
      for (TopicRecord record : reader.readToEnd()) {
        JsonNode key = tree(record.key());
        JsonNode devEui = key.path(1).path("dev_eui");
        if (key.path(0).asText().equals(source.name()) && devEui.isTextual()) {
          committed.offsets.put(devEui.asText(), record.json());
        }
      }
    }
    return committed;
  }

  /**
   * Those of the entries that a connector which starts from here takes for written.
   *
   * @param written each topic's records in its order, and each entry once
   */
  Set<Logs.Entry> covered(List<TopicRecord> written) {
    Map<String, List<TopicRecord>> logs =
        written.stream()
            .filter(Logs::isEntry)
            .collect(Collectors.groupingBy(record -> field(record) + " " + record.key()));
    Set<Logs.Entry> covered = new HashSet<>();
    for (List<TopicRecord> log : logs.values()) {
      coveredOf(log).forEach(record -> covered.add(Logs.entry(record)));
    }
    return covered;
  }

  /** The same of one log. */
  private List<TopicRecord> coveredOf(List<TopicRecord> log) {
    TopicRecord any = log.get(0);
    JsonNode ids = offsets.getOrDefault(any.key(), tree("{}")).path(field(any));
    if (!ids.isTextual()) {
      return List.of();
    }
    String last = ids.asText().substring(ids.asText().lastIndexOf(',') + 1);
    if (last.contains("~")) {
      return upTo(last, log);
    }
    Id newest = Id.newest(ids.asText());
    return log.stream()
        .filter(record -> Id.ORDER.compare(Id.of(record.header("chirpstack.id")), newest) <= 0)
        .toList();
  }

  /**
   * Digests have no order, but frames have a topic of their own, which is in that of the log.
   *
   * @param digests {@code ~}, eight characters for the beginning of each, {@code @} and a time
   */
  private static List<TopicRecord> upTo(String digests, List<TopicRecord> log) {
    String last = digests.substring(0, digests.indexOf('@'));
    byte[] bits = Base64.getUrlDecoder().decode(last.substring(last.length() - 8));
    String id = "d:" + HexFormat.of().formatHex(bits);
    for (int i = 0; i < log.size(); i++) {
      if (log.get(i).header("chirpstack.id").startsWith(id)) {
        return log.subList(0, i + 1);
      }
    }
    throw new AssertionError("committed, but not written: " + id + " of " + log.get(0).key());
  }

  private static String field(TopicRecord record) {
    return Logs.suffix(record.topic()).equals(FRAMES) ? "frames" : "events";
  }

  private static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new AssertionError("no JSON: " + json, e);
    }
  }

  /** The id of an entry, which orders it in its log. */
  private record Id(long millis, long sequence) {
    static final Comparator<Id> ORDER =
        Comparator.comparingLong(Id::millis).thenComparingLong(Id::sequence);

    static Id of(String text) {
      int dash = text.indexOf('-');
      return new Id(
          Long.parseLong(text.substring(0, dash)), Long.parseLong(text.substring(dash + 1)));
    }

    /**
     * The last of an offset's ids: {@code 1:} and for each the milliseconds since the one before, a
     * dot and the sequence unless it is 0, in base 36.
     */
    static Id newest(String ids) {
      long millis = 0;
      long sequence = 0;
      for (String id : ids.substring(2).split(",")) {
        int dot = id.indexOf('.');
        millis += Long.parseLong(dot < 0 ? id : id.substring(0, dot), Character.MAX_RADIX);
        sequence = dot < 0 ? 0 : Long.parseLong(id.substring(dot + 1), Character.MAX_RADIX);
      }
      return new Id(millis, sequence);
    }
  }
}
