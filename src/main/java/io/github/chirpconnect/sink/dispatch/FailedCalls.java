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
  private final SinkSettings rules;
  private final Lanes lanes;
  private final Calls calls;
  private final Progress progress;
  private final Blame blame;
  private final Clocks clocks;

  FailedCalls(
      ChirpStack chirpStack,
      SinkSettings rules,
      Lanes lanes,
      Calls calls,
      Progress progress,
      Blame blame,
      Clocks clocks) {
    this.chirpStack = chirpStack;
    this.rules = rules;
    this.lanes = lanes;
    this.calls = calls;
    this.progress = progress;
    this.blame = blame;
    this.clocks = clocks;
  }

  /** What comes next for a command whose call has failed so. */
  void failed(PendingCommand delivery, ApiException failure) {
    switch (failure.kind()) {
      case BAD_REQUEST -> refused(delivery, failure.getMessage());
      case NOT_PERMITTED -> refused(delivery, advised(delivery, failure.getMessage()));
      case READ_ONLY, WRONG_SERVER, UNUSABLE_SERVER -> progress.stand(delivery);
      case TOKEN_REFUSED -> keyRefused(delivery);
      case TRANSIENT, BUSY -> retry(delivery, failure.getMessage());
      case CODEC_TIMEOUT -> givenUp(delivery, failure.getMessage());
      case IN_DOUBT -> cutOff(delivery, failure.getMessage());
    }
  }

  /** With what is to be known of the device's name, if that may be why the server refuses it. */
  private static String advised(PendingCommand delivery, String reason) {
    String advice = delivery.command().advice();
    return advice == null ? reason : reason + "; " + advice;
  }

  private void keyRefused(PendingCommand delivery) {
    delivery.forgive();
    progress.again(delivery, 0);
  }

  /** A server under load has time for it soon; a script that never ends must not hold the lane. */
  private void givenUp(PendingCommand delivery, String reason) {
    if (delivery.givenUp() == MOST_TIMES_CODEC_TIMEOUT) {
      refused(delivery, reason);
      return;
    }
    calls.countRetry();
    progress.again(delivery, delivery.pause());
  }

  private void refused(PendingCommand delivery, String reason) {
    switch (delivery.step()) {
      case SEND -> progress.finish(delivery, Outcome.rejected(reason));
      case CHECK_PREDECESSOR -> progress.next(delivery, Step.SEND, 0);
      default -> progress.finish(delivery, Outcome.unknown(reason));
    }
  }

  private void cutOff(PendingCommand delivery, String reason) {
    if (delivery.abandoned()) {
      // Its record may be behind it already, come back with its partition: the call may still land.
      long landed = now() + LostCallCheck.SETTLE_MS;
      lanes.after(delivery).forEach(next -> next.dueAt(Math.max(next.due(), landed)));
    }
    boolean queues = delivery.step() == Step.SEND && delivery.command() instanceof Command.Enqueue;
    if (!queues || rules.inDoubt() == InDoubt.RESEND) {
      retry(delivery, reason);
    } else if (rules.inDoubt() == InDoubt.DROP) {
      progress.finish(delivery, Outcome.unknown(reason));
    } else if (!QueueSearch.canMatch(delivery.command())) {
      progress.finish(
          delivery,
          Outcome.unknown(
              reason + "; an object can't be recognized in the queue once it is encoded"));
    } else {
      delivery.nextStep(Step.STATE_BEFORE);
      retry(delivery, reason);
    }
  }

  private void retry(PendingCommand delivery, String reason) {
    calls.countRetry();
    blame.failed(delivery);
    long now = now();
    long pause = delivery.failed(now);
    long failingFor = Math.max(delivery.failingFor(now), calls.server().failingFor(now));
    long left = rules.retryTimeout().toMillis() - failingFor;
    if (left <= 0 && !delivery.abandoned()) {
      judge(delivery, failingFor, reason);
      return;
    }
    progress.again(delivery, left > 0 ? Math.min(pause, left) : pause);
  }

  /** Nothing went for long enough: sees whether the server is well, and so whose fault it is. */
  private void judge(PendingCommand delivery, long failingFor, String reason) {
    calls.make(
        delivery,
        () -> chirpStack.queue(blame.witness(delivery)),
        queue -> serverIsWell(delivery, failingFor, reason),
        failure -> {
          switch (failure.kind()) {
            case BAD_REQUEST, NOT_PERMITTED -> serverIsWell(delivery, failingFor, reason);
            case TRANSIENT, BUSY, CODEC_TIMEOUT, IN_DOUBT -> giveUp(delivery, failingFor, reason);
            case READ_ONLY, WRONG_SERVER, UNUSABLE_SERVER -> progress.stand(delivery);
            case TOKEN_REFUSED -> keyRefused(delivery);
          }
        });
  }

  private void serverIsWell(PendingCommand delivery, long failingFor, String reason) {
    long now = now();
    if (!blame.isOwn(delivery, now, failingFor)) {
      giveUp(delivery, failingFor, reason);
    } else if (delivery.failingFor(now) < rules.retryTimeout().toMillis()) {
      progress.again(delivery, delivery.pause());
    } else {
      progress.finish(
          delivery,
          Outcome.unknown(
              "it could not be sent for "
                  + failingFor / 1000
                  + " s, which is retry.timeout.ms, while the server is well: "
                  + reason));
    }
  }

  private void giveUp(PendingCommand delivery, long failingFor, String reason) {
    if (delivery.abandoned()) {
      progress.stand(delivery); // others have its partition by now
      return;
    }
    String what =
        calls.server().isOverdue(now())
            ? "ChirpStack has not answered"
            : "the command at " + delivery.position() + " could not be sent";
    calls.fail(
        what
            + " for "
            + failingFor / 1000
            + " s, which is retry.timeout.ms; nothing was skipped, restart the task to go on: "
            + reason);
    progress.stand(delivery);
  }

  private long now() {
    return clocks.steadyMillis();
  }
}
