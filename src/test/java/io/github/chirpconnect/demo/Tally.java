package io.github.chirpconnect.demo;

import io.github.chirpconnect.harness.kafka.TopicRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Counts what was seen. */
final class Tally {
  private static final String FRAMES = "frames";

  private final int kindsWanted;
  private final Map<String, Integer> events = new TreeMap<>();
  private int devices;
  private int frames;

  /**
   * @param kindsWanted how many kinds of event are to be seen
   */
  Tally(int kindsWanted) {
    this.kindsWanted = kindsWanted;
  }

  void add(TopicRecord record) {
    if (isFrame(record)) {
      frames++;
    } else if ("device-events".equals(record.header("chirpstack.feed"))) {
      events.merge(Rows.kind(record), 1, Integer::sum);
    } else if (record.topic().endsWith(".devices") && !record.isTombstone()) {
      devices++;
    }
  }

  /** Frames are twice as many as events and say less to people: they are counted, not shown. */
  static boolean isFrame(TopicRecord record) {
    return record.topic().endsWith("." + FRAMES);
  }

  boolean hasEvents() {
    return !events.isEmpty();
  }

  /** What is still to be seen; empty when the inventory and enough kinds of event were. */
  List<String> missing() {
    List<String> missing = new ArrayList<>();
    if (devices == 0) {
      missing.add("device records");
    }
    if (events.size() < kindsWanted) {
      missing.add(
          kindsWanted == 1
              ? "events"
              : "%d more kinds of event of %d".formatted(kindsWanted - events.size(), kindsWanted));
    }
    return missing;
  }

  List<String> summary() {
    String byKind =
        events.entrySet().stream()
            .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder()))
            .map(entry -> entry.getKey() + " " + entry.getValue())
            .collect(Collectors.joining(", "));
    return List.of(
        "devices   %d records".formatted(devices),
        "events    %s (%d kinds)".formatted(byKind.isEmpty() ? "none" : byKind, events.size()),
        "frames    %d records, not shown".formatted(frames));
  }
}
