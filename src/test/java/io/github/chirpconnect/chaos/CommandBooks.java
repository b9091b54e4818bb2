package io.github.chirpconnect.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.chaos.CommandSite.Kind;
import io.github.chirpconnect.chaos.CommandSite.Sent;
import io.github.chirpconnect.chaos.CommandSite.Taken;
import io.github.chirpconnect.harness.kafka.Topics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Holds what became of the commands of a site to what its server took. Each line of what it finds
 * is a broken promise.
 */
final class CommandBooks {
  /** What can be said of a command that was not taken. */
  private static final Set<String> INTENTS = Set.of("sending", "waiting");

  private static final Set<String> OF_NOT_TAKEN = Set.of("unknown", "expired");

  private final CommandSite site;
  private final List<String> broken = new ArrayList<>();
  private final Map<Target, List<Integer>> taken = new HashMap<>();

  /** The states that the outcomes of a command say. */
  private final Map<Integer, Set<String>> said = new HashMap<>();

  private final Set<Integer> reported = new HashSet<>();
  private int doubled;

  private CommandBooks(CommandSite site) {
    this.site = site;
  }

  /** Closes the books of a site. */
  static CommandBooks of(CommandSite site, Topics topics, Topics outcomeTopics) {
    CommandBooks books = new CommandBooks(site);
    for (Taken item : site.taken()) {
      books.taken.computeIfAbsent(item.target(), any -> new ArrayList<>()).add(item.payload());
    }
    CommandSite.read(topics, site.deadLetters())
        .forEach(record -> books.reported.add(record.json().path("id").asInt()));
    if (site.hasOutcomes()) {
      books.outcomes(outcomeTopics);
    }
    for (Sent command : site.sent()) {
      books.reported(command);
    }
    for (Target target : site.targets()) {
      List<Sent> all = site.sent().stream().filter(one -> one.target().equals(target)).toList();
      List<Sent> sent = all.stream().filter(one -> one.kind() == Kind.ENQUEUE).toList();
      if (site.isFlushed(target) && site.hasOutcomes() && !site.isHeard(target)) {
        books.flushed(target, all);
      }
      if (site.isAlike(target)) {
        books.alike(target, sent);
      } else {
        books.different(target, sent);
      }
    }
    return books;
  }

  /** What does not balance; empty when all does. */
  List<String> broken() {
    return broken;
  }

  @Override
  public String toString() {
    Map<Set<String>, Long> states =
        said.values().stream()
            .collect(Collectors.groupingBy(words -> words, Collectors.counting()));
    return "%s: %d commands, %d bad, %d taken, %d doubled as documented, %d reported, states %s"
        .formatted(
            site.name(),
            site.sent().size(),
            site.badCount(),
            taken.values().stream().mapToInt(List::size).sum(),
            doubled,
            reported.size(),
            states);
  }

  /** An item is the answer to one command. */
  private void outcomes(Topics topics) {
    Map<String, Integer> owners = new HashMap<>();
    for (var record : CommandSite.read(topics, site.outcomeTopic())) {
      JsonNode outcome = record.json();
      int number = outcome.path("command_id").asInt();
      String state = outcome.path("state").asText();
      if (INTENTS.contains(state)) {
        continue; // what is said before the call, and not what became of it
      }
      said.computeIfAbsent(number, any -> new TreeSet<>()).add(state);
      if (!state.equals("accepted")) {
        continue;
      }
      Target target = site.sent().get(number).target();
      String item = item(outcome);
      // A device's frame counters start again on v3 where its queue was empty.
      boolean emptied = site.isHeard(target) || site.isFlushed(target);
      boolean unique = !item.isEmpty() && (item.indexOf('-') >= 0 || target.isGroup() || !emptied);
      Integer owner = unique ? owners.put(target + "/" + item, number) : null;
      if (owner != null && owner != number) {
        say("commands %d and %d are both said to be item %s".formatted(owner, number, item));
      }
    }
  }

  private static String item(JsonNode outcome) {
    return outcome.path("queue_item_id").isTextual()
        ? outcome.path("queue_item_id").asText()
        : outcome.path("f_cnt_down").asText("");
  }

  /** What is not said to be accepted is in the dead letter queue, and all has an outcome. */
  private void reported(Sent command) {
    if (!site.hasOutcomes()) {
      return;
    }
    Set<String> words = said.getOrDefault(command.number(), Set.of());
    if (command.kind() == Kind.BAD && words.contains("accepted")) {
      say("%s is said to be accepted".formatted(command));
    }
    if (words.isEmpty()) {
      say("command %d has no outcome".formatted(command.number()));
    } else if (!words.contains("accepted") && !reported.contains(command.number())) {
      say("%s (%s) is not in the dead letter queue".formatted(command, words));
    }
  }

  /** Each command can be told from all others. */
  private void different(Target target, List<Sent> sent) {
    List<Integer> items = taken.getOrDefault(target, List.of());
    List<Integer> first = items.stream().distinct().toList();
    if (!first.equals(new ArrayList<>(new TreeSet<>(first)))) {
      say("commands of %s were taken out of order: %s".formatted(target, items));
    }
    for (Sent command : sent) {
      long times = items.stream().filter(item -> item == command.payload()).count();
      Set<String> words = said.getOrDefault(command.number(), Set.of());
      if (times == 0 && !reported.contains(command.number())) {
        say("%s is lost".formatted(command));
      }
      if (times == 0 && !OF_NOT_TAKEN.containsAll(words)) {
        say("%s was not taken, and its outcomes say %s".formatted(command, words));
      }
      if (times > 1) {
        doubled(command, times, words);
      }
    }
  }

  /**
   * A flush empties the queue of what was sent before it, and of nothing that was sent after it.
   */
  private void flushed(Target target, List<Sent> all) {
    List<Integer> items = taken.getOrDefault(target, List.of());
    List<Integer> queue = site.queue(target);
    for (int item : items) {
      Set<String> words = new TreeSet<>();
      all.stream()
          .filter(one -> one.kind() == Kind.FLUSH && one.number() > item)
          .forEach(one -> words.addAll(said.getOrDefault(one.number(), Set.of())));
      if (words.contains("accepted") && queue.contains(item)) {
        say("command %d is still in the queue of %s after a flush".formatted(item, target));
      }
      if (words.isEmpty() && !queue.contains(item)) {
        say("command %d is not in the queue of %s any more".formatted(item, target));
      }
    }
  }

  /**
   * Only what the queue no longer shows, since it was served or flushed, and no outcome tells, may
   * be queued twice.
   */
  private void doubled(Sent command, long times, Set<String> words) {
    boolean documented =
        site.hasOutcomes()
            ? site.isHeard(command.target()) && words.contains("unknown")
            : site.isHeard(command.target()) || site.isFlushed(command.target());
    if (documented) {
      doubled++;
    } else {
      say("%s was taken %d times, and its outcomes say %s".formatted(command, times, words));
    }
  }

  /** Commands that nobody can tell from each other, but by the item of each. */
  private void alike(Target target, List<Sent> sent) {
    int items = taken.getOrDefault(target, List.of()).size();
    long accepted =
        sent.stream()
            .filter(one -> said.getOrDefault(one.number(), Set.of()).contains("accepted"))
            .count();
    long unsure = sent.stream().filter(one -> reported.contains(one.number())).count();
    String found =
        "%d commands alike for %s, %d items taken, %d said to be accepted, %d reported"
            .formatted(sent.size(), target, items, accepted, unsure);
    if (items < sent.size() - unsure) {
      say("some are lost: " + found);
    }
    if (items < accepted) {
      say("some are said to be accepted that were not taken: " + found);
    }
    if (site.hasOutcomes()
        ? items > accepted + unsure
        : items > sent.size() && !site.isHeard(target)) {
      say("some were taken twice: " + found);
    }
  }

  private void say(String what) {
    broken.add(site.name() + ": " + what);
  }
}
