package io.github.chirpconnect.it;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.harness.kafka.TopicRecord;
import io.github.chirpconnect.proto.v4.LogItem;
import io.github.chirpconnect.simulator.Simulator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The entries of devices' logs, as a server holds them and as topics do. */
public final class Logs {
  /**
   * One entry.
   *
   * @param topic without the prefix: {@code device.up}, {@code device.frames}
   * @param id the server's own, or what stands for it: of a frame of v3, which has none, its type
   *     and frame counter
   */
  public record Entry(String topic, String devEui, String id) {}

  /** Begins the names of entries to which the server gives none. */
  private static final String DIGEST = "d:";

  private static final ObjectMapper JSON = new ObjectMapper();

  private Logs() {}

  /** What the server holds now. */
  public static List<Entry> of(Simulator chirpStack) {
    List<Entry> entries = new ArrayList<>();
    for (String devEui : chirpStack.network().devEuis()) {
      entries.addAll(of(chirpStack, devEui));
    }
    return entries;
  }

  /** What the server holds of one device now. */
  public static List<Entry> of(Simulator chirpStack, String devEui) {
    List<Entry> entries = new ArrayList<>();
    for (LogItem item : chirpStack.network().events(devEui)) {
      // An error of v3 is a log of v4.
      String kind = item.getDescription().equals("error") ? "log" : item.getDescription();
      entries.add(new Entry("device." + kind, devEui, item.getId()));
    }
    for (LogItem item : chirpStack.network().frames(devEui)) {
      String id =
          chirpStack.generation() == Generation.V3
              ? frameOfV3(item.getDescription(), fCntOfV3(item.getBody()))
              : item.getId();
      entries.add(new Entry("device.frames", devEui, id));
    }
    return entries;
  }

  /**
   * What was written, in the order of each topic; records of the inventory are left out, and what
   * is derived from entries.
   */
  public static List<Entry> in(List<TopicRecord> records) {
    return records.stream().filter(Logs::isEntry).map(Logs::entry).toList();
  }

  public static boolean isEntry(TopicRecord record) {
    return record.header("chirpstack.id") != null && !MeasuredRows.isOne(record);
  }

  public static Entry entry(TopicRecord record) {
    String id = record.header("chirpstack.id");
    if (id.startsWith(DIGEST)) {
      JsonNode value = record.json();
      // With its schema, which a converter may write around it.
      JsonNode frame = value.has("schema") ? value.path("payload") : value;
      id = frameOfV3(record.header("chirpstack.kind"), frame.path("f_cnt"));
    }
    return new Entry(suffix(record.topic()), record.key(), id);
  }

  /** What stands for the id of a frame of v3. */
  public static String frameOfV3(String type, JsonNode fCnt) {
    return fCnt.isNumber() ? type + " " + fCnt.asLong() : type;
  }

  private static JsonNode fCntOfV3(String body) {
    try {
      JsonNode frame = JSON.readTree(body);
      JsonNode link =
          frame.has("uplinkFrame") ? frame.get("uplinkFrame") : frame.path("downlinkFrame");
      JsonNode payload = JSON.readTree(link.path("phyPayloadJSON").asText()).path("macPayload");
      return payload.path("fhdr").path("fCnt");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the simulator writes JSON: " + body, e);
    }
  }

  /** Ids by topic and device: only of these is the order defined. */
  public static Map<String, List<String>> byDevice(List<Entry> entries) {
    return entries.stream()
        .collect(
            groupingBy(
                entry -> entry.topic() + " " + entry.devEui(),
                TreeMap::new,
                mapping(Entry::id, toList())));
  }

  /** A topic's name without the prefix, which has no dots here. */
  public static String suffix(String topic) {
    return topic.substring(topic.indexOf('.') + 1);
  }
}
