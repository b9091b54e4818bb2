package io.github.chirpconnect.sink;

import io.github.chirpconnect.api.QueuedDownlink;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds out whether the task that had a partition before has sent a command already. A task can't
 * ask its predecessor; it can look into the device's queue, twice, since a call of the predecessor
 * may still be on its way.
 *
 * <ul>
 *   <li>A command whose item is in the queue was sent. Each item stands for one command.
 *   <li>A command before it in the device's lane was dealt with as well, since a lane goes in
 *       order.
 *   <li>A command that is in no queue is sent, although its item may have gone over the air
 *       already: nothing says that anybody has sent it before, and to refuse the first commands
 *       after each restart would be worse than a rare second one after a crash.
 * </ul>
 *
 * <p>Two looks at most for a device, for all commands that its lane holds. Commands whose record is
 * younger than the assignment are not looked for at all, nor are objects for a codec, which can't
 * be recognized.
 */
final class PredecessorCheck {
  /** Between the assignment and the first look, and between the looks. */
  static final long SETTLE_MS = 1_000;

  /** What to do about a command. */
  sealed interface Advice {
    /** Read the device's queue now, and ask again. */
    record Look() implements Advice {}

    /** Ask again at this time. */
    record Wait(long until) implements Advice {}

    /** It is in the queue. */
    record Queued(String itemId) implements Advice {}

    /** Not in the queue, but a later one of the device is. */
    record LaterQueued(String itemId) implements Advice {}

    /** Nothing shows that it was sent. */
    record Send() implements Advice {}
  }

  private final SentItems sent;
  private final Map<String, Looks> looks = new HashMap<>();

  PredecessorCheck(SentItems sent) {
    this.sent = sent;
  }

  /**
   * @param after what follows in the delivery's lane
   */
  Advice advise(Delivery delivery, List<Delivery> after, long now) {
    List<Command> later =
        after.stream()
            .filter(next -> next.step() == Delivery.Step.CHECK_PREDECESSOR)
            .map(Delivery::command)
            .toList();
    Advice advice = advise(delivery.devEui(), delivery.command(), later, now);
    boolean decided = !(advice instanceof Advice.Look || advice instanceof Advice.Wait);
    if (decided && later.isEmpty()) {
      looks.remove(delivery.devEui());
    }
    return advice;
  }

  private Advice advise(String devEui, Command command, List<Command> later, long now) {
    if (!QueueSearch.canMatch(command) && later.stream().noneMatch(QueueSearch::canMatch)) {
      return new Advice.Send();
    }
    Looks looked = looks.get(devEui);
    if (looked == null) {
      return new Advice.Look();
    }
    Optional<QueuedDownlink> item = QueueSearch.first(looked.unclaimed, command);
    if (item.isPresent()) {
      looked.unclaimed.remove(item.get());
      sent.add(devEui, item.get().id());
      return new Advice.Queued(item.get().id());
    }
    for (Command next : later) {
      Optional<QueuedDownlink> laterItem = QueueSearch.first(looked.unclaimed, next);
      if (laterItem.isPresent()) {
        return new Advice.LaterQueued(laterItem.get().id());
      }
    }
    if (looked.times >= 2) {
      return new Advice.Send();
    }
    long again = looked.at + SETTLE_MS;
    return now < again ? new Advice.Wait(again) : new Advice.Look();
  }

  /** The device's queue, as just read. */
  void looked(String devEui, List<QueuedDownlink> queue, long now) {
    Looks before = looks.get(devEui);
    List<QueuedDownlink> unclaimed = new ArrayList<>(queue);
    unclaimed.removeIf(item -> sent.contains(devEui, item.id()));
    looks.put(devEui, new Looks(unclaimed, before == null ? 1 : before.times + 1, now));
  }

  /** This task has emptied the device's queue: what was in it stands for nothing any more. */
  void emptied(String devEui) {
    Looks looked = looks.get(devEui);
    if (looked != null) {
      looked.unclaimed.clear();
    }
  }

  /** What was seen is of no use after a change of partitions. */
  void forget() {
    looks.clear();
  }

  private record Looks(List<QueuedDownlink> unclaimed, int times, long at) {}
}
