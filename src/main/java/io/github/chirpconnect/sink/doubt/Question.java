package io.github.chirpconnect.sink.doubt;

import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.api.QueuedDownlink;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * A call that helps to find out what became of a command.
 *
 * @param call reads something
 * @param meaning says what the answer shows; called on the task thread
 */
public record Question<A>(
    Function<ChirpStack, CompletionStage<A>> call, BiConsumer<A, Finding> meaning) {

  /** What an answer shows. Exactly one of these is called. */
  public interface Finding {
    /** Nothing yet: another question follows after this many milliseconds. */
    void askAgain(long millis);

    /** The command was sent, and this is its item. */
    void sent(QueuedDownlink item);

    /** The command was certainly not sent. */
    void notSent();

    /** Nothing can show it any more. */
    void unknown(String reason);
  }
}
