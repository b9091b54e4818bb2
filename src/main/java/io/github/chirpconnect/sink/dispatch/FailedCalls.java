package io.github.chirpconnect.sink.dispatch;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.common.Clocks;
import io.github.chirpconnect.config.SinkConfig.InDoubt;
import io.github.chirpconnect.sink.doubt.LostCall;
import io.github.chirpconnect.sink.outcome.Outcome;
import io.github.chirpconnect.sink.outcome.PendingCommand;
import io.github.chirpconnect.sink.outcome.PendingCommand.Step;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Decides what becomes of a command whose call failed: the task retries it, looks for it in the
 * device's queue, gives it an outcome, or fails.
 */
final class FailedCalls {
  /** With the back-off, these attempts take a few seconds. */
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

  /** Makes a call; if it fails, this decides the command's next step. */
  <A> void make(
      PendingCommand pending, Supplier<CompletionStage<A>> request, Consumer<A> onAnswer) {
    calls.make(pending, request, onAnswer, failure -> failed(pending, failure));
  }

  /** Decides the next step of a command whose call failed. */
  void failed(PendingCommand pending, ApiException failure) {
    switch (failure.kind()) {
      case BAD_REQUEST -> refused(pending, failure.getMessage());
      case NOT_PERMITTED -> refused(pending, advised(pending, failure.getMessage()));
      case READ_ONLY, WRONG_SERVER, UNUSABLE_SERVER -> progress.stand(pending);
      case TOKEN_REFUSED -> keyRefused(pending);
      case TRANSIENT, BUSY -> retry(pending, failure.getMessage());
      case CODEC_TIMEOUT -> codecTimedOut(pending, failure.getMessage());
      case IN_DOUBT -> cutOff(pending, failure.getMessage());
    }
  }

  /** Adds the command's hint about its device, which may be why the server refuses it. */
  private static String advised(PendingCommand pending, String reason) {
    String advice = pending.command().advice();
    return advice == null ? reason : reason + "; " + advice;
  }

  private void keyRefused(PendingCommand pending) {
    pending.forgive();
    progress.again(pending, 0);
  }

  /**
   * A loaded server may have time for the codec soon; a script that never ends must not hold the
   * lane.
   */
  private void codecTimedOut(PendingCommand pending, String reason) {
    if (pending.codecTimedOut() == MOST_TIMES_CODEC_TIMEOUT) {
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
      // The same record may wait behind it, redelivered with its partition, and the call may still
      // land.
      long landed = now() + LostCall.SETTLE_MS;
      lanes.after(pending).forEach(next -> next.dueAt(Math.max(next.due(), landed)));
    }
    boolean queues = pending.step() == Step.SEND && !pending.command().isRepeatable();
    if (!queues || settings.inDoubt() == InDoubt.RESEND) {
      retry(pending, reason);
    } else if (settings.inDoubt() == InDoubt.DROP) {
      progress.finish(pending, Outcome.unknown(reason));
    } else if (!pending.command().isRecognizable()) {
      progress.finish(
          pending,
          Outcome.unknown(reason + "; an encoded object can't be recognized in the queue"));
    } else {
      pending.nextStep(Step.INQUIRE);
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

  /**
   * The retry timeout has passed: one more call shows whether the server or the command is the
   * cause.
   */
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
                  + " s (retry.timeout.ms) while the server works: "
                  + reason));
    }
  }

  private void giveUp(PendingCommand pending, long failingFor, String reason) {
    if (pending.abandoned()) {
      progress.stand(pending); // another task has its partition
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
            + " s (retry.timeout.ms); no command was skipped, restart the task to go on: "
            + reason);
    progress.stand(pending);
  }

  private long now() {
    return clocks.steadyMillis();
  }
}
