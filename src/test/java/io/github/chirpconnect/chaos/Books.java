package io.github.chirpconnect.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.chirpconnect.harness.kafka.TopicReader;
import io.github.chirpconnect.harness.kafka.TopicRecord;
import io.github.chirpconnect.harness.kafka.Topics;
import io.github.chirpconnect.it.Logs;
import io.github.chirpconnect.simulator.network.Enqueues.DeviceEnqueue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Holds what is in topics to what happened at a site. Each line of what it finds is a broken
 * promise.
 */
final class Books {
  /** What may be said of a command that the server took, and of one that it did not take. */
  /** States of commands that have no outcome yet. */
  private static final Set<String> ANNOUNCED = Set.of("sending", "waiting");

  private static final Set<String> OF_TAKEN = Set.of("accepted", "unknown");

  private static final Set<String> OF_NOT_TAKEN = Set.of("unknown", "expired");

  private final Site site;
  private final List<String> broken = new ArrayList<>();

  private Books(Site site) {
    this.site = site;
  }

  /** What does not balance; empty when all does. */
  static List<String> audit(Site site, Topics topics, Topics outcomeTopics) {
    Books books = new Books(site);
    books.source(site.written(topics));
    books.sink(read(outcomeTopics, site.outcomes()), read(topics, site.deadLetters()));
    return books.broken;
  }

  private static List<TopicRecord> read(Topics topics, String topic) {
    try (TopicReader reader = topics.reader(topic)) {
      return reader.readToEnd();
    }
  }

  /** With exactly once: each entry once, in order, no gap told, and each device once. */
  private void source(List<TopicRecord> written) {
    Map<String, List<String>> held = Logs.byDevice(Logs.of(site.chirpStack()));
    Map<String, List<String>> found = Logs.byDevice(Logs.in(written));
    Set<String> logs = new TreeSet<>(held.keySet());
    logs.addAll(found.keySet());
    for (String log : logs) {
      List<String> is = found.getOrDefault(log, List.of());
      List<String> should = held.getOrDefault(log, List.of());
      if (!is.equals(should)) {
        Set<String> missing = new TreeSet<>(should);
        is.forEach(missing::remove);
        List<String> doubled = new ArrayList<>(is);
        new HashSet<>(is).forEach(doubled::remove);
        say(
            "%s: %d of %d entries written; missing %s, doubled %s"
                .formatted(log, is.size(), should.size(), missing, doubled));
      }
    }
    written.stream()
        .filter(record -> record.header("chirpstack.gap") != null)
        .forEach(
            record ->
                say(
                    "%s: a gap is told before %s although all is kept: %s"
                        .formatted(
                            record.topic(),
                            record.header("chirpstack.id"),
                            record.header("chirpstack.gap"))));
    Map<String, Integer> devices = new TreeMap<>();
    written.stream()
        .filter(record -> record.topic().equals(site.name() + ".devices"))
        .forEach(record -> devices.merge(record.key(), 1, Integer::sum));
    for (String devEui : site.chirpStack().network().devEuis()) {
      if (devices.getOrDefault(devEui, 0) != 1) {
        say("device %s was written %d times".formatted(devEui, devices.getOrDefault(devEui, 0)));
      }
    }
  }

  /** Each command taken once at most, in order, with an outcome that is true. */
  private void sink(List<TopicRecord> outcomes, List<TopicRecord> deadLetters) {
    Map<Integer, Integer> taken = new HashMap<>();
    Map<String, List<Integer>> byDevice = new TreeMap<>();
    for (DeviceEnqueue enqueue : site.chirpStack().observations().enqueues()) {
      int number = enqueue.item().getData().asReadOnlyByteBuffer().getInt();
      taken.merge(number, 1, Integer::sum);
      byDevice.computeIfAbsent(enqueue.item().getDevEui(), any -> new ArrayList<>()).add(number);
    }
    byDevice.forEach(
        (device, numbers) -> {
          if (!numbers.equals(new ArrayList<>(new TreeSet<>(numbers)))) {
            say("commands of %s were taken doubled or out of order: %s".formatted(device, numbers));
          }
        });
    Map<Integer, Set<String>> said = new HashMap<>();
    for (TopicRecord record : outcomes) {
      JsonNode outcome = record.json();
      if (ANNOUNCED.contains(outcome.path("state").asText())) {
        continue;
      }
      said.computeIfAbsent(outcome.path("command_id").asInt(), any -> new TreeSet<>())
          .add(outcome.path("state").asText());
    }
    for (int number = 0; number < site.sent(); number++) {
      Set<String> words = said.getOrDefault(number, Set.of());
      Set<String> allowed = taken.containsKey(number) ? OF_TAKEN : OF_NOT_TAKEN;
      if (words.isEmpty()) {
        say("command %d has no outcome".formatted(number));
      } else if (!allowed.containsAll(words)) {
        say(
            "command %d was taken %d times, and its outcomes say %s"
                .formatted(number, taken.getOrDefault(number, 0), words));
      }
    }
    Set<String> reported = new HashSet<>();
    deadLetters.forEach(record -> reported.add(record.json().path("id").asText()));
    said.forEach(
        (number, words) -> {
          if (!words.contains("accepted") && !reported.contains(Integer.toString(number))) {
            say("command %d (%s) is not in the dead letter queue".formatted(number, words));
          }
        });
  }

  private void say(String what) {
    broken.add(site.name() + ": " + what);
  }
}
