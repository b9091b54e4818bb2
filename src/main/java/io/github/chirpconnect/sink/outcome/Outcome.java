package io.github.chirpconnect.sink.outcome;

import io.github.chirpconnect.api.QueuedDownlink;
import io.github.chirpconnect.api.Receipt;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What became of a command.
 *
 * @param queueItemId null where none is known
 * @param fCntDown v3: the frame counter that the item had when it was queued; null where none is
 *     known
 * @param reason null where there is nothing to explain
 */
public record Outcome(Kind kind, String queueItemId, Long fCntDown, String reason) {

  public enum Kind {
    /** It is in its target's queue, or the queue was flushed. */
    ACCEPTED,
    /** It will never succeed. */
    REJECTED,
    /** Too old to be sent. */
    EXPIRED,
    /** It may or may not have been queued, and is not sent again. */
    UNKNOWN;

    /** Whether the record goes to the errant record reporter. */
    boolean isError() {
      return this == REJECTED || this == EXPIRED || this == UNKNOWN;
    }

    /** As in the outcome topic. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The kind of that text; empty if there is none. */
    static Optional<Kind> of(String text) {
      return Stream.of(values()).filter(kind -> kind.text().equals(text)).findFirst();
    }
  }

  /** A reason may quote a sender's text, and must fit into records and headers. */
  private static final int LONGEST_REASON = 4_000;

  public Outcome {
    reason = OutcomeRecord.shortened(reason, LONGEST_REASON);
  }

  /**
   * @param receipt empty for a command that queues nothing
   */
  public static Outcome sent(Optional<Receipt> receipt) {
    return receipt.map(Outcome::queued).orElse(new Outcome(Kind.ACCEPTED, null, null, null));
  }

  public static Outcome queued(Receipt receipt) {
    return new Outcome(Kind.ACCEPTED, receipt.queueItemId(), receipt.fCntDown(), receipt.remark());
  }

  public static Outcome found(QueuedDownlink item) {
    // On v4, which has ids, only a sent item has a frame counter.
    Long fCntDown = item.id() == null ? item.fCntDown() : null;
    return new Outcome(Kind.ACCEPTED, item.id(), fCntDown, "found in the target's queue");
  }

  public static Outcome rejected(String reason) {
    return new Outcome(Kind.REJECTED, null, null, reason);
  }

  public static Outcome expired(String reason) {
    return new Outcome(Kind.EXPIRED, null, null, reason);
  }

  public static Outcome unknown(String reason) {
    return new Outcome(Kind.UNKNOWN, null, null, "unknown whether it was queued: " + reason);
  }
}
