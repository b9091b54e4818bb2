package io.github.chirpconnect.sink.doubt;

import io.github.chirpconnect.api.DeviceState;
import io.github.chirpconnect.api.QueuedDownlink;
import io.github.chirpconnect.sink.outcome.PartitionCommits;
import io.github.chirpconnect.sink.outcome.PendingCommand;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * A lost call for a device. Its queue is read twice. An item that is not there was never queued
 * only if the server cannot have sent it meanwhile: a class A device is served only after an
 * uplink, and it sent none.
 */
final class LostDeviceCall implements LostCall {
  private enum Step {
    STATE_BEFORE,
    FIRST_LOOK,
    SECOND_LOOK,
    STATE_AFTER
  }

  private final PendingCommand pending;
  private final Evidence evidence;
  private final LongSupplier landsWithin;
  private Step step = Step.STATE_BEFORE;
  private DeviceState before;

  /**
   * @param landsWithin how many milliseconds later the call may still reach the server
   */
  LostDeviceCall(PendingCommand pending, Evidence evidence, LongSupplier landsWithin) {
    this.pending = pending;
    this.evidence = evidence;
    this.landsWithin = landsWithin;
  }

  @Override
  public Question<?> next() {
    return switch (step) {
      case STATE_BEFORE -> state(this::stateBefore);
      case FIRST_LOOK -> look(Step.SECOND_LOOK, Math.max(SETTLE_MS, landsWithin.getAsLong()));
      case SECOND_LOOK -> look(Step.STATE_AFTER, 0);
      case STATE_AFTER -> state(this::stateAfter);
    };
  }

  private interface Meaning {
    void of(DeviceState state, Question.Finding finding);
  }

  private Question<DeviceState> state(Meaning meaning) {
    return new Question<>(chirpStack -> chirpStack.state(pending.target().id()), meaning::of);
  }

  private void stateBefore(DeviceState state, Question.Finding finding) {
    before = state;
    step = Step.FIRST_LOOK;
    finding.askAgain(SETTLE_MS);
  }

  private Question<List<QueuedDownlink>> look(Step ifAbsent, long millis) {
    return new Question<>(
        chirpStack -> chirpStack.queue(pending.target()),
        (queue, finding) -> {
          Optional<QueuedDownlink> item =
              QueueSearch.first(evidence.candidates(queue), pending.command());
          if (item.isPresent()) {
            evidence
                .against(item.get(), before)
                .ifPresentOrElse(finding::unknown, () -> finding.sent(item.get()));
          } else {
            step = ifAbsent;
            finding.askAgain(millis);
          }
        });
  }

  private void stateAfter(DeviceState after, Question.Finding finding) {
    Instant seen = after.lastSeenAt();
    boolean silent =
        Objects.equals(before.lastSeenAt(), seen)
            && (seen == null
                || seen.isBefore(pending.sentAt().minus(PartitionCommits.CLOCKS_APART)));
    if (!silent) {
      finding.unknown(
          "it is not in the device's queue, but the device has been heard since, at " + seen);
    } else if (!"CLASS_A".equals(after.deviceClass())) {
      finding.unknown(
          "it is not in the device's queue, but the device may be served at any time ("
              + Objects.requireNonNullElse(after.deviceClass(), "class not known")
              + ")");
    } else if (evidence.wentPast()) {
      finding.unknown("it is not in the device's queue; " + LostCalls.PAST);
    } else {
      finding.notSent();
    }
  }
}
