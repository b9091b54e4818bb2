package io.github.chirpconnect.sink.command;

import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.api.Downlink;
import io.github.chirpconnect.api.Feature;
import io.github.chirpconnect.api.QueuedDownlink;
import io.github.chirpconnect.api.Receipt;
import io.github.chirpconnect.api.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * A command, checked as far as possible without the server. It can send itself, and knows how to
 * recognise its item in its target's queue.
 */
public sealed interface Command extends ParsedRecord {

  /** Features that the server must support: without them it would ignore a field. */
  List<Feature> needs();

  /**
   * A hint for the case that the server does not know the target: where its name came from and how
   * to name another. Null for none.
   */
  String advice();

  /** Makes the call. It completes with the receipt of the queued item; empty if it queues none. */
  CompletionStage<Optional<Receipt>> send(ChirpStack chirpStack);

  /** After this time it must not be sent any more. */
  Optional<Instant> expiresAt();

  /** Whether it does no harm if it is sent twice, so that a lost call can simply be made again. */
  boolean isRepeatable();

  /** Whether it removes what waits in its target's queue. */
  boolean emptiesQueue();

  /**
   * Whether its item can be recognised in a queue: only the device's codec knows how it encodes an
   * object.
   */
  boolean isRecognizable();

  /**
   * Whether an equal item must be this command's. True for an encrypted payload: its frame counter
   * is used once.
   */
  boolean isUnique();

  /**
   * Whether the item may be this command's. An object may be encoded into any payload on its port.
   */
  boolean mayBe(QueuedDownlink item);

  /** Puts a downlink at the end of its target's queue. */
  record Enqueue(Downlink downlink, String id, String advice) implements Command {
    /** The server's database stores fewer fractional digits than a command may have. */
    private static final Duration ROUNDING = Duration.ofMillis(1);

    /** Of a command that names its target itself. */
    public Enqueue(Downlink downlink, String id) {
      this(downlink, id, null);
    }

    @Override
    public Target target() {
      return downlink.target();
    }

    @Override
    public List<Feature> needs() {
      List<Feature> needs = new ArrayList<>();
      if (downlink.expiresAt() != null) {
        needs.add(Feature.EXPIRES_AT);
      }
      if (downlink.flushQueue()) {
        needs.add(Feature.FLUSH_QUEUE);
      }
      if (downlink.encryptedFCntDown() != null) {
        needs.add(Feature.ENCRYPTED);
      }
      return needs;
    }

    @Override
    public CompletionStage<Optional<Receipt>> send(ChirpStack chirpStack) {
      return chirpStack.enqueue(downlink).thenApply(Optional::of);
    }

    @Override
    public Optional<Instant> expiresAt() {
      return Optional.ofNullable(downlink.expiresAt());
    }

    @Override
    public boolean isRepeatable() {
      return false;
    }

    @Override
    public boolean emptiesQueue() {
      return downlink.flushQueue();
    }

    @Override
    public boolean isRecognizable() {
      return downlink.data() != null;
    }

    @Override
    public boolean isUnique() {
      return downlink.encryptedFCntDown() != null;
    }

    @Override
    public boolean mayBe(QueuedDownlink item) {
      return item.fPort() == downlink.fPort()
          && item.confirmed() == downlink.confirmed()
          && (downlink.data() == null || Arrays.equals(item.data(), downlink.data()))
          && sameMoment(item.expiresAt(), downlink.expiresAt())
          && (downlink.encryptedFCntDown() == null
              || Objects.equals(item.fCntDown(), downlink.encryptedFCntDown()));
    }

    private static boolean sameMoment(Instant one, Instant other) {
      if (one == null) {
        return other == null;
      }
      return other != null && Duration.between(one, other).abs().compareTo(ROUNDING) <= 0;
    }
  }

  /** Empties its target's queue. */
  record Flush(Target target, String id, String advice) implements Command {
    /** Of a command that names its target itself. */
    public Flush(Target target, String id) {
      this(target, id, null);
    }

    @Override
    public List<Feature> needs() {
      return List.of();
    }

    @Override
    public CompletionStage<Optional<Receipt>> send(ChirpStack chirpStack) {
      return chirpStack.flush(target).thenApply(nothing -> Optional.empty());
    }

    @Override
    public Optional<Instant> expiresAt() {
      return Optional.empty();
    }

    @Override
    public boolean isRepeatable() {
      return true;
    }

    @Override
    public boolean emptiesQueue() {
      return true;
    }

    @Override
    public boolean isRecognizable() {
      return false;
    }

    @Override
    public boolean isUnique() {
      return false;
    }

    @Override
    public boolean mayBe(QueuedDownlink item) {
      return false;
    }
  }
}
