package io.github.chirpconnect.it;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import io.github.chirpconnect.harness.TopicRecord;
import io.github.chirpconnect.proto.v4.LogItem;
import io.github.chirpconnect.simulator.Simulator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The entries of devices' logs, as a server holds them and as topics do. */
final class Logs {
  /**
   * One entry.
   *
   * @param topic without the prefix: {@code device.up}, {@code device.frames}
   */
  record Entry(String topic, String devEui, String id) {}

  private Logs() {}

  /** What the server holds now. */
  static List<Entry> of(Simulator chirpStack) {
    List<Entry> entries = new ArrayList<>();
    for (String devEui : chirpStack.network().devEuis()) {
      entries.addAll(of(chirpStack, devEui));
    }
    return entries;
  }

  /** What the server holds of one device now. */
  static List<Entry> of(Simulator chirpStack, String devEui) {
    List<Entry> entries = new ArrayList<>();
    for (LogItem item : chirpStack.network().events(devEui)) {
      entries.add(new Entry("device." + item.getDescription(), devEui, item.getId()));
    }
    for (LogItem item : chirpStack.network().frames(devEui)) {
      entries.add(new Entry("device.frames", devEui, item.getId()));
    }
    return entries;
  }

  /** What was written, in the order of each topic; records of the inventory are left out. */
  static List<Entry> in(List<TopicRecord> records) {
    return records.stream()
        .filter(record -> record.header("chirpstack.id") != null)
        .map(Logs::entry)
        .toList();
  }

  static Entry entry(TopicRecord record) {
    return new Entry(suffix(record.topic()), record.key(), record.header("chirpstack.id"));
  }

  /** Ids by topic and device: only of these is the order defined. */
  static Map<String, List<String>> byDevice(List<Entry> entries) {
    return entries.stream()
        .collect(
            groupingBy(
                entry -> entry.topic() + " " + entry.devEui(),
                TreeMap::new,
                mapping(Entry::id, toList())));
  }

  /** A topic's name without the prefix, which has no dots here. */
  static String suffix(String topic) {
    return topic.substring(topic.indexOf('.') + 1);
  }
}
