package io.github.chirpconnect.sink.dispatch;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.common.Clocks;
import io.github.chirpconnect.config.SinkConfig.InDoubt;
import io.github.chirpconnect.sink.command.Command;
import io.github.chirpconnect.sink.doubt.LostCallCheck;
import io.github.chirpconnect.sink.doubt.QueueSearch;
import io.github.chirpconnect.sink.outcome.Outcome;
import io.github.chirpconnect.sink.outcome.PendingCommand;
import io.github.chirpconnect.sink.outcome.PendingCommand.Step;

/**
 * What becomes of a command whose call has failed: it is tried again, or looked for in its device's
 * queue, or it is over, or the task fails.
 */
final class FailedCalls {
  /** With the pauses of {@link Backoff} that is for a few seconds. */
  private static final int MOST_TIMES_CODEC_TIMEOUT = 6;

  private final ChirpStack chirpStack;
  private final SinkSettings settings;
  private final Lanes lanes;
  private final Calls calls;
  private final Progress progress;
  private final Blame blame;
  private final Clocks clocks;

  FailedCalls(
      ChirpStack chirpStack,
      SinkSettings settings,
      Lanes lanes,
      Calls calls,
      Progress progress,
      Blame blame,
      Clocks clocks) {
    this.chirpStack = chirpStack;
    this.settings = settings;
    this.lanes = lanes;
    this.calls = calls;
    this.progress = progress;
    this.blame = blame;
    this.clocks = clocks;
  }

  /** What comes next for a command whose call has failed so. */
  void failed(PendingCommand pending, ApiException failure) {
    switch (failure.kind()) {
      case BAD_REQUEST -> refused(pending, failure.getMessage());
      case NOT_PERMITTED -> refused(pending, advised(pending, failure.getMessage()));
      case READ_ONLY, WRONG_SERVER, UNUSABLE_SERVER -> progress.stand(pending);
      case TOKEN_REFUSED -> keyRefused(pending);
      case TRANSIENT, BUSY -> retry(pending, failure.getMessage());
      case CODEC_TIMEOUT -> givenUp(pending, failure.getMessage());
      case IN_DOUBT -> cutOff(pending, failure.getMessage());
    }
  }

  /** With what is to be known of the device's name, if that may be why the server refuses it. */
  private static String advised(PendingCommand pending, String reason) {
    String advice = pending.command().advice();
    return advice == null ? reason : reason + "; " + advice;
  }

  private void keyRefused(PendingCommand pending) {
    pending.forgive();
    progress.again(pending, 0);
  }

  /** A server under load has time for it soon; a script that never ends must not hold the lane. */
  private void givenUp(PendingCommand pending, String reason) {
    if (pending.givenUp() == MOST_TIMES_CODEC_TIMEOUT) {
      refused(pending, reason);
      return;
    }
    calls.countRetry();
    progress.again(pending, pending.pause());
  }

  private void refused(PendingCommand pending, String reason) {
    switch (pending.step()) {
      case SEND -> progress.finish(pending, Outcome.rejected(reason));
      case CHECK_TAKEOVER -> progress.next(pending, Step.SEND, 0);
      default -> progress.finish(pending, Outcome.unknown(reason));
    }
  }

  private void cutOff(PendingCommand pending, String reason) {
    if (pending.abandoned()) {
      // Its record may be behind it already, come back with its partition: the call may still land.
      long landed = now() + LostCallCheck.SETTLE_MS;
      lanes.after(pending).forEach(next -> next.dueAt(Math.max(next.due(), landed)));
    }
    boolean queues = pending.step() == Step.SEND && pending.command() instanceof Command.Enqueue;
    if (!queues || settings.inDoubt() == InDoubt.RESEND) {
      retry(pending, reason);
    } else if (settings.inDoubt() == InDoubt.DROP) {
      progress.finish(pending, Outcome.unknown(reason));
    } else if (!QueueSearch.canMatch(pending.command())) {
      progress.finish(
          pending,
          Outcome.unknown(
              reason + "; an object can't be recognized in the queue once it is encoded"));
    } else {
      pending.nextStep(Step.STATE_BEFORE);
      retry(pending, reason);
    }
  }

  private void retry(PendingCommand pending, String reason) {
    calls.countRetry();
    blame.failed(pending);
    long now = now();
    long pause = pending.failed(now);
    long failingFor = Math.max(pending.failingFor(now), calls.server().failingFor(now));
    long left = settings.retryTimeout().toMillis() - failingFor;
    if (left <= 0 && !pending.abandoned()) {
      findFault(pending, failingFor, reason);
      return;
    }
    progress.again(pending, left > 0 ? Math.min(pause, left) : pause);
  }

  /** Nothing went for long enough: sees whether the server is well, and so whose fault it is. */
  private void findFault(PendingCommand pending, long failingFor, String reason) {
    calls.make(
        pending,
        () -> chirpStack.queue(blame.witness(pending)),
        queue -> serverIsWell(pending, failingFor, reason),
        failure -> {
          switch (failure.kind()) {
            case BAD_REQUEST, NOT_PERMITTED -> serverIsWell(pending, failingFor, reason);
            case TRANSIENT, BUSY, CODEC_TIMEOUT, IN_DOUBT -> giveUp(pending, failingFor, reason);
            case READ_ONLY, WRONG_SERVER, UNUSABLE_SERVER -> progress.stand(pending);
            case TOKEN_REFUSED -> keyRefused(pending);
          }
        });
  }

  private void serverIsWell(PendingCommand pending, long failingFor, String reason) {
    long now = now();
    if (!blame.isOwn(pending, now, failingFor)) {
      giveUp(pending, failingFor, reason);
    } else if (pending.failingFor(now) < settings.retryTimeout().toMillis()) {
      progress.again(pending, pending.pause());
    } else {
      progress.finish(
          pending,
          Outcome.unknown(
              "it could not be sent for "
                  + failingFor / 1000
                  + " s, which is retry.timeout.ms, while the server is well: "
                  + reason));
    }
  }

  private void giveUp(PendingCommand pending, long failingFor, String reason) {
    if (pending.abandoned()) {
      progress.stand(pending); // others have its partition by now
      return;
    }
    String what =
        calls.server().isOverdue(now())
            ? "ChirpStack has not answered"
            : "the command at " + pending.position() + " could not be sent";
    calls.fail(
        what
            + " for "
            + failingFor / 1000
            + " s, which is retry.timeout.ms; nothing was skipped, restart the task to go on: "
            + reason);
    progress.stand(pending);
  }

  private long now() {
    return clocks.steadyMillis();
  }
}
