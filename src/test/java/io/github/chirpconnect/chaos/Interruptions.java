package io.github.chirpconnect.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.chirpconnect.chaos.CommandSite.Kind;
import io.github.chirpconnect.chaos.CommandSite.Sent;
import io.github.chirpconnect.chaos.CommandSite.Taken;
import io.github.chirpconnect.harness.kafka.TopicReader;
import io.github.chirpconnect.harness.kafka.TopicRecord;
import io.github.chirpconnect.harness.kafka.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Between which steps kills really fell, as the topics, the server and the worker's log show while
 * the worker is away. Only for sinks with an outcome topic.
 */
final class Interruptions implements AutoCloseable {
  /** What was done last of a command, or of a partition. */
  enum Step {
    /** It was in the topic, and nothing was said of it. */
    WRITTEN_BY_ITS_SENDER,
    ANNOUNCED,
    TAKEN_BY_THE_SERVER,
    /** A call that a task before announced was being looked for. */
    IN_DOUBT,
    /** It is in the dead letter queue, and has no outcome. */
    REPORTED,
    /** It has an outcome, and its offset is not committed. */
    OUTCOME_WRITTEN,
    /** A task got a partition, and has not read its outcomes back. */
    PARTITION_ASSIGNED,
    /** A task lost a partition while it had calls in flight. */
    PARTITION_LOST
  }

  private static final Pattern ASSIGNED = Pattern.compile("Taking commands from \\[(.+)]");
  private static final Pattern RECALLED =
      Pattern.compile("Read back \\d+ records of outcomes of (\\S+?);?(?: of .*)?$");
  private static final Pattern LOST =
      Pattern.compile("No longer taking commands from .*, [1-9]\\d* calls are in flight");

  private final Topics topics;
  private final Path log;
  private final Map<CommandSite, TopicReader> outcomes = new HashMap<>();
  private final Map<CommandSite, TopicReader> deadLetters = new HashMap<>();
  private final Map<Step, Integer> kills = new EnumMap<>(Step.class);
  private final Map<CommandSite, Integer> written = new HashMap<>();
  private final Map<CommandSite, Integer> seen = new HashMap<>();
  private int lines;

  Interruptions(List<CommandSite> sites, Topics topics, Topics outcomeTopics, Path log) {
    this.topics = topics;
    this.log = log;
    for (CommandSite site : sites) {
      outcomes.put(site, outcomeTopics.reader(site.outcomeTopic()));
      deadLetters.put(site, topics.reader(site.deadLetters()));
    }
  }

  /** The worker is killed now. */
  void kill() {
    outcomes.keySet().forEach(site -> written.put(site, site.sent().size()));
  }

  /** Looks at what the kill left. */
  void look() {
    Set<Step> steps = new TreeSet<>();
    outcomes.keySet().forEach(site -> look(site, steps));
    look(news(), steps);
    steps.forEach(step -> kills.merge(step, 1, Integer::sum));
  }

  /** The steps after which no kill fell. */
  Set<Step> missed() {
    Set<Step> all = new TreeSet<>(Set.of(Step.values()));
    all.removeAll(kills.keySet());
    return all;
  }

  /** By each step, the kills that fell after it. */
  @Override
  public String toString() {
    return kills.toString();
  }

  private void look(CommandSite site, Set<Step> steps) {
    Map<Integer, JsonNode> last = new HashMap<>();
    Set<Integer> news = new HashSet<>();
    List<TopicRecord> records = outcomes.get(site).readToEnd();
    for (int i = 0; i < records.size(); i++) {
      JsonNode said = records.get(i).json();
      int number = said.path("command_id").asInt();
      last.put(number, said);
      if (i >= seen.getOrDefault(site, 0)) {
        news.add(number);
      }
    }
    seen.put(site, records.size());
    Set<Integer> reported =
        deadLetters.get(site).readToEnd().stream()
            .map(record -> record.json().path("id").asInt())
            .collect(Collectors.toSet());
    Set<Integer> taken = site.taken().stream().map(Taken::payload).collect(Collectors.toSet());
    Map<Integer, Long> committed = new HashMap<>();
    topics
        .committed(site.group())
        .forEach((partition, offset) -> committed.put(partition.partition(), offset.offset()));
    for (Sent command : site.sent().subList(0, written.get(site))) {
      JsonNode said = last.get(command.number());
      if (said == null) {
        steps.add(reported.contains(command.number()) ? Step.REPORTED : Step.WRITTEN_BY_ITS_SENDER);
      } else if (said.path("state").asText().equals("sending")) {
        if (!news.contains(command.number())) {
          steps.add(Step.IN_DOUBT);
        } else if (command.kind() == Kind.ENQUEUE && !site.isAlike(command.target())) {
          steps.add(taken.contains(command.payload()) ? Step.TAKEN_BY_THE_SERVER : Step.ANNOUNCED);
        }
      } else if (news.contains(command.number())
          && said.path("command_offset").asLong()
              >= committed.getOrDefault(said.path("command_partition").asInt(), 0L)) {
        steps.add(Step.OUTCOME_WRITTEN);
      }
    }
  }

  private static void look(List<String> news, Set<Step> steps) {
    Set<String> unread = new HashSet<>();
    for (String line : news) {
      Matcher assigned = ASSIGNED.matcher(line);
      Matcher recalled = RECALLED.matcher(line);
      if (assigned.find()) {
        unread.addAll(List.of(assigned.group(1).split(", ")));
      } else if (recalled.find()) {
        unread.remove(recalled.group(1));
      } else if (LOST.matcher(line).find()) {
        steps.add(Step.PARTITION_LOST);
      }
    }
    if (unread.stream().anyMatch(partition -> partition.contains("-outcomes."))) {
      steps.add(Step.PARTITION_ASSIGNED);
    }
  }

  /** What the worker has logged since the last look. */
  private List<String> news() {
    try {
      List<String> all = Files.readAllLines(log);
      List<String> news = all.subList(Math.min(lines, all.size()), all.size());
      lines = all.size();
      return news;
    } catch (IOException e) {
      throw new UncheckedIOException(log + " can't be read", e);
    }
  }

  @Override
  public void close() {
    outcomes.values().forEach(TopicReader::close);
    deadLetters.values().forEach(TopicReader::close);
  }
}
