package io.github.chirpconnect.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class LogContextTest {
  private static final String KEY = "connector.context";

  private final List<String> seen = new ArrayList<>();

  @AfterEach
  void clean() {
    MDC.remove(KEY);
  }

  @Test
  void threadsWorkForWhomeverTheyWereMade() throws InterruptedException {
    MDC.put(KEY, "[meters|task-1] ");
    var factory = LogContext.threads("one");
    MDC.put(KEY, "[other|task-0] ");
    Thread thread = factory.newThread(this::note);
    thread.start();
    thread.join();
    assertThat(thread.isDaemon()).isTrue();
    assertThat(thread.getName()).isEqualTo("one");
    assertThat(seen).containsExactly("[meters|task-1] ");
  }

  @Test
  void aCallbackLeavesItsThreadAsItWas() {
    MDC.put(KEY, "[meters|task-1] ");
    Consumer<String> callback = LogContext.handOn(value -> note());
    MDC.put(KEY, "[other|task-0] ");
    callback.accept("done");
    note();
    MDC.remove(KEY);
    callback.accept("done");
    note();
    assertThat(seen)
        .containsExactly("[meters|task-1] ", "[other|task-0] ", "[meters|task-1] ", null);
  }

  @Test
  void outsideOfConnectThereIsNone() {
    Consumer<String> callback = LogContext.handOn(value -> note());
    MDC.put(KEY, "[other|task-0] ");
    callback.accept("done");
    note();
    assertThat(seen).containsExactly(null, "[other|task-0] ");
  }

  private void note() {
    seen.add(MDC.get(KEY));
  }
}
