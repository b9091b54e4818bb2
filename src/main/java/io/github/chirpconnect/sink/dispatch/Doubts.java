package io.github.chirpconnect.sink.dispatch;

import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.api.QueuedDownlink;
import io.github.chirpconnect.api.Receipt;
import io.github.chirpconnect.config.SinkConfig.InDoubt;
import io.github.chirpconnect.sink.doubt.LostCalls;
import io.github.chirpconnect.sink.doubt.Question;
import io.github.chirpconnect.sink.doubt.TakeoverCheck;
import io.github.chirpconnect.sink.doubt.TakeoverCheck.Decision;
import io.github.chirpconnect.sink.memory.Memory;
import io.github.chirpconnect.sink.outcome.Outcome;
import io.github.chirpconnect.sink.outcome.OutcomeRecord;
import io.github.chirpconnect.sink.outcome.PendingCommand;
import io.github.chirpconnect.sink.outcome.PendingCommand.Step;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Decides about commands whose call may have been made already: by the task that had the partition
 * before, or by this one, and the answer was lost.
 */
final class Doubts {
  private final ChirpStack chirpStack;
  private final SinkSettings settings;
  private final Calls calls;
  private final Memory memory;
  private final Progress progress;
  private final LostCalls lost;
  private final FailedCalls failedCalls;
  private final TakeoverCheck takeover;

  /**
   * @param givenUpEarly see {@link TakeoverCheck}
   */
  Doubts(
      ChirpStack chirpStack,
      SinkSettings settings,
      Calls calls,
      Progress progress,
      LostCalls lost,
      FailedCalls failedCalls,
      Predicate<PendingCommand> givenUpEarly) {
    this.chirpStack = chirpStack;
    this.settings = settings;
    this.calls = calls;
    this.memory = calls.memory();
    this.progress = progress;
    this.lost = lost;
    this.failedCalls = failedCalls;
    this.takeover = new TakeoverCheck(memory.sent(), givenUpEarly);
  }

  /** Forgets what was read of queues and is not needed any more. */
  void tidy() {
    takeover.tidy();
  }

  /** Decides by the outcome topic; where that proves nothing, by {@code in.doubt} and the queue. */
  void checkTakeover(PendingCommand pending) {
    Optional<Outcome> before = memory.outcome(pending);
    if (before.isPresent()) {
      progress.finishAgain(pending, before.get());
      return;
    }
    Optional<OutcomeRecord> call = memory.announcement(pending);
    if (call.isPresent()) {
      announcedBefore(pending, call.get());
    } else if (memory.vouchesFor(pending)) {
      notAnnounced(pending);
    } else if (settings.inDoubt() == InDoubt.RESEND
        || !pending.commits().isInReach(pending.record())) {
      progress.next(pending, Step.SEND, 0);
    } else {
      checkQueue(pending);
    }
  }

  /**
   * Its call was not made. It is sent, unless a later command of its lane was sent: a lane goes in
   * order.
   */
  private void notAnnounced(PendingCommand pending) {
    if (settings.inDoubt() != InDoubt.RESEND && memory.sent().laterWent(pending)) {
      progress.finish(pending, Outcome.unknown(LostCalls.PAST));
    } else {
      progress.next(pending, Step.SEND, 0);
    }
  }

  /** Another task may have made its call, and the answer is not known: treated as a lost call. */
  private void announcedBefore(PendingCommand pending, OutcomeRecord announcement) {
    Optional<Receipt> receipt = memory.sent().receipt(pending);
    if (receipt.isPresent()) {
      progress.finish(pending, Outcome.queued(receipt.get()));
    } else if (pending.command().isRepeatable() || settings.inDoubt() == InDoubt.RESEND) {
      progress.next(pending, Step.SEND, 0);
    } else if (settings.inDoubt() == InDoubt.DROP) {
      progress.finish(
          pending, Outcome.unknown("the task before made its call, and did not write the answer"));
    } else if (!pending.command().isRecognizable()) {
      progress.finish(
          pending,
          Outcome.unknown(
              "the task before made its call, and did not write the answer; an encoded object can't"
                  + " be recognized in the queue"));
    } else {
      pending.sentAt(announcement.time());
      lost.takeOver(
          pending, announcement, memory.isWhole(pending), settings.requestTimeout().toMillis());
      progress.next(pending, Step.INQUIRE, 0);
    }
  }

  private void checkQueue(PendingCommand pending) {
    Decision advice = takeover.advise(pending, calls.lanes().after(pending));
    if (advice instanceof Decision.Look) {
      failedCalls.make(
          pending,
          () -> chirpStack.queue(pending.target()),
          queue -> {
            takeover.looked(pending, queue);
            checkQueue(pending);
          });
    } else if (advice instanceof Decision.AskState) {
      failedCalls.make(
          pending,
          () -> chirpStack.state(pending.target().id()),
          state -> {
            takeover.heard(pending, state);
            checkQueue(pending);
          });
    } else if (advice instanceof Decision.Sent before) {
      progress.finish(pending, Outcome.queued(before.receipt()));
    } else if (advice instanceof Decision.Queued queued) {
      progress.finish(pending, Outcome.found(queued.item()));
    } else if (advice instanceof Decision.Unknown unknown) {
      progress.finish(pending, Outcome.unknown(unknown.reason()));
    } else {
      progress.next(pending, Step.SEND, 0);
    }
  }

  /** Asks a question about a command. */
  <A> void ask(PendingCommand pending, Question<A> question) {
    failedCalls.make(
        pending,
        () -> question.call().apply(chirpStack),
        answer -> question.meaning().accept(answer, found(pending)));
  }

  private Question.Finding found(PendingCommand pending) {
    return new Question.Finding() {
      @Override
      public void askAgain(long millis) {
        progress.again(pending, millis);
      }

      @Override
      public void sent(QueuedDownlink item) {
        memory.sent().add(pending, item);
        progress.finish(pending, Outcome.found(item));
      }

      @Override
      public void notSent() {
        lost.over(pending);
        progress.next(pending, Step.SEND, 0);
      }

      @Override
      public void unknown(String reason) {
        progress.finish(pending, Outcome.unknown(reason));
      }
    };
  }
}
