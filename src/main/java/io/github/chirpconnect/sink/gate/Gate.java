package io.github.chirpconnect.sink.gate;

import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.sink.outcome.PendingCommand;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One rule about when a command may be sent. It is asked before each call that sends a command, and
 * again when it said to. Used by the task thread alone.
 */
public interface Gate {
  /** The configuration's key of the rule. */
  String key();

  /** May the command be sent now? */
  Answer ask(PendingCommand pending);

  /** Whether it closes as time passes, and not because of what is sent. */
  default boolean closesByItself() {
    return false;
  }

  /** All gates are open, and the call that sends the command is made now. */
  default void called(PendingCommand pending) {}

  /** The server carried the command out, or may have. */
  default void carriedOut(PendingCommand pending) {}

  /** What a gate says about a command. */
  sealed interface Answer {}

  /**
   * The command may be sent as far as this rule goes.
   *
   * @param heldMillis for how long gates held it back before
   */
  record Open(long heldMillis) implements Answer {
    static final Open AT_ONCE = new Open(0);
  }

  /**
   * The command has to wait.
   *
   * @param millis after which to ask again: the gate may be open then
   * @param why a clause without a full stop
   */
  record Closed(long millis, String why) implements Answer {}

  /**
   * The command must not be sent at any time.
   *
   * @param reason for its outcome
   */
  record Refused(String reason) implements Answer {}

  /**
   * The rule has to ask the server first; after that the command is brought to the gate again.
   *
   * @param taken gets the answer
   */
  record Inquiry<A>(Function<ChirpStack, CompletionStage<A>> call, Consumer<A> taken)
      implements Answer {}
}
