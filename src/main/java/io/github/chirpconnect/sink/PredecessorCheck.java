package io.github.chirpconnect.sink;

import io.github.chirpconnect.api.DeviceState;
import io.github.chirpconnect.api.QueuedDownlink;
import java.time.Instant;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds out whether the task that had a partition before has sent a command already. A task can't
 * ask its predecessor; it can look into the device's queue, twice, since a call of the predecessor
 * may still be on its way.
 *
 * <ul>
 *   <li>Commands that the end of the queue spells were sent: see {@link QueueAlignment}.
 *   <li>Commands before them in the device's lane were dealt with as well, since a lane goes in
 *       order; but where they would have to have left the queue, only if the device can have been
 *       served.
 *   <li>All others are sent, although their items may have gone over the air already: nothing says
 *       that anybody has sent them before, and to refuse the first commands after each restart
 *       would be worse than a rare second one after a crash. A task that is stopped leaves nothing
 *       in doubt.
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

    /** Read the device's state now, and ask again. */
    record AskState() implements Advice {}

    /** Ask again at this time. */
    record Wait(long until) implements Advice {}

    /** It is in the queue. */
    record Queued(QueuedDownlink item) implements Advice {}

    /** Not in the queue, but a later one of the device is. */
    record LaterQueued(QueuedDownlink item) implements Advice {}

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
    List<Delivery> doubtful = doubtful(delivery, after);
    Advice advice = advice(delivery, doubtful, now);
    if (advice instanceof Advice.Queued queued) {
      sent.add(delivery, queued.item());
    }
    boolean last = doubtful.size() == 1;
    if (last
        && (advice instanceof Advice.Queued
            || advice instanceof Advice.LaterQueued
            || advice instanceof Advice.Send)) {
      looks.remove(delivery.devEui());
    }
    return advice;
  }

  private Advice advice(Delivery delivery, List<Delivery> doubtful, long now) {
    Looks looked = looks.get(delivery.devEui());
    if (looked == null) {
      boolean recognizable =
          doubtful.stream().anyMatch(each -> QueueSearch.canMatch(each.command()));
      return recognizable ? new Advice.Look() : new Advice.Send();
    }
    if (looked.left != null) {
      return new Advice.AskState();
    }
    Advice known = looked.advice.get(delivery);
    if (known != null) {
      return known;
    }
    if (looked.times >= 2) {
      return new Advice.Send();
    }
    long again = looked.at + SETTLE_MS;
    return now < again ? new Advice.Wait(again) : new Advice.Look();
  }

  /** The device's queue, as just read. */
  void looked(Delivery delivery, List<Delivery> after, List<QueuedDownlink> queue, long now) {
    String devEui = delivery.devEui();
    Looks before = looks.get(devEui);
    Looks looked = new Looks(before == null ? 1 : before.times + 1, now);
    looks.put(devEui, looked);
    List<Delivery> doubtful = doubtful(delivery, after);
    Optional<QueueAlignment> aligned =
        QueueAlignment.of(
            doubtful.stream().map(Delivery::command).toList(),
            QueueSearch.afterKnown(queue, item -> sent.contains(devEui, item)));
    if (aligned.isEmpty()) {
      return;
    }
    looked.settle(doubtful, aligned.get());
    if (!aligned.get().complete()) {
      looked.left = delivery;
    }
  }

  /**
   * The device's state, as just read: whether its first doubtful command can have left the queue. A
   * class A device is served when it sends, so not if it was silent since the command was written.
   */
  void heard(String devEui, DeviceState state) {
    Looks looked = looks.get(devEui);
    if (looked == null || looked.left == null) {
      return; // forgotten meanwhile, with a change of partitions
    }
    Long written = looked.left.record().timestamp();
    Instant seen = state.lastSeenAt();
    boolean served =
        !"CLASS_A".equals(state.deviceClass())
            || written == null
            || (seen != null
                && seen.isAfter(Instant.ofEpochMilli(written).minus(CutOff.CLOCKS_APART)));
    looked.left = null;
    if (!served) {
      looked.advice.clear();
    }
  }

  /** What was seen is of no use after a change of partitions. */
  void forget() {
    looks.clear();
  }

  private static List<Delivery> doubtful(Delivery delivery, List<Delivery> after) {
    return Stream.concat(
            Stream.of(delivery),
            after.stream().filter(next -> next.step() == Delivery.Step.CHECK_PREDECESSOR))
        .toList();
  }

  private static final class Looks {
    private final int times;
    private final long at;
    private final IdentityHashMap<Delivery, Advice> advice = new IdentityHashMap<>();

    /** The command that must have left the queue for the advice to hold; null when none must. */
    private Delivery left;

    private Looks(int times, long at) {
      this.times = times;
      this.at = at;
    }

    private void settle(List<Delivery> doubtful, QueueAlignment aligned) {
      QueuedDownlink last = aligned.items().get(aligned.items().size() - 1);
      for (int i = 0; i < aligned.items().size(); i++) {
        QueuedDownlink item = aligned.items().get(i);
        advice.put(
            doubtful.get(i), item == null ? new Advice.LaterQueued(last) : new Advice.Queued(item));
      }
    }
  }
}
