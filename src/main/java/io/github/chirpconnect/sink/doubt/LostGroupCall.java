package io.github.chirpconnect.sink.doubt;

import io.github.chirpconnect.api.QueuedDownlink;
import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.sink.outcome.PendingCommand;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * A lost call for a multicast group. The group's frame counter tells how many downlinks the server
 * took since it was read before the call; the queue shows those that still wait. Both are read
 * three times: at once, since items leave a group's queue within seconds, and twice after the call
 * has certainly ended.
 *
 * <ul>
 *   <li>One was taken, and the item with its frame counter is equal: it is this command's.
 *   <li>All that were taken are seen, and none is equal: this command was not taken.
 *   <li>Otherwise nothing shows it: a downlink that has gone over the air, that reaches no gateway,
 *       or that another client queued, leaves the same trace.
 * </ul>
 */
final class LostGroupCall implements LostCall {
  private static final int ROUNDS = 3;

  private final PendingCommand pending;
  private final GroupCounters counters;
  private final LongSupplier landsWithin;
  private final Optional<Long> before;
  private final SortedMap<Long, QueuedDownlink> seen = new TreeMap<>();
  private int round;

  /** Read in this round; null before that. */
  private Long counter;

  /**
   * @param landsWithin how many milliseconds later the call may still reach the server
   */
  LostGroupCall(PendingCommand pending, GroupCounters counters, LongSupplier landsWithin) {
    this.pending = pending;
    this.counters = counters;
    this.landsWithin = landsWithin;
    this.before = counters.of(pending.target());
  }

  @Override
  public Question<?> next() {
    Target group = pending.target();
    if (counter == null) {
      return new Question<>(
          chirpStack -> chirpStack.frameCounter(group.id()),
          (read, finding) -> {
            counter = read;
            finding.askAgain(0);
          });
    }
    return new Question<>(chirpStack -> chirpStack.queue(group), this::looked);
  }

  private void looked(List<QueuedDownlink> queue, Question.Finding finding) {
    queue.forEach(item -> seen.put(item.fCntDown(), item));
    // An item that came between the two calls has raised the counter.
    long after = Math.max(counter, seen.isEmpty() ? 0 : seen.lastKey() + 1);
    counter = null;
    round++;
    if (before.isEmpty()) {
      finding.unknown("the multicast group's frame counter before the call is not known");
    } else if (after < before.get()) {
      counters.read(pending.target(), Optional.of(after));
      finding.unknown(
          "the multicast group's frame counter was set back meanwhile, from %d to %d"
              .formatted(before.get(), after));
    } else {
      judge(before.get(), after, finding);
    }
  }

  private void judge(long from, long to, Question.Finding finding) {
    SortedMap<Long, QueuedDownlink> taken = seen.subMap(from, to);
    Optional<QueuedDownlink> equal =
        taken.values().stream().filter(pending.command()::mayBe).findFirst();
    if (to == from + 1 && equal.isPresent()) {
      counters.read(pending.target(), Optional.of(to));
      finding.sent(equal.get());
    } else if (round < ROUNDS) {
      boolean last = round == ROUNDS - 1;
      finding.askAgain(last ? Math.max(SETTLE_MS, landsWithin.getAsLong()) : SETTLE_MS);
    } else {
      counters.read(pending.target(), Optional.of(to));
      if (equal.isEmpty() && taken.size() == to - from) {
        finding.notSent();
      } else {
        finding.unknown(
            "the multicast group's frame counter went from "
                + from
                + " to "
                + to
                + (equal.isPresent()
                    ? ", so others use the group too, and the equal item with frame counter "
                        + equal.get().fCntDown()
                        + " may be theirs"
                    : ", and not all that was taken is in the queue any more: it may have been"
                        + " sent, or have reached no gateway, or be another client's"));
      }
    }
  }
}
