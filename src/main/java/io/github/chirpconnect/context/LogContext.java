package io.github.chirpconnect.context;

import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.slf4j.MDC;

/**
 * Puts the connector's and the task's name into each log line, {@code [name|task-0]}. Connect does
 * so on its own threads; this class does it on the connector's threads and on threads of libraries
 * that call back.
 */
public final class LogContext {
  /** The MDC key that Connect sets and its {@code connect-log4j} files print. */
  private static final String KEY = "connector.context";

  private LogContext() {}

  /** Makes daemon threads of that name, with the caller's log context. */
  public static ThreadFactory threads(String name) {
    return threads(
        work -> {
          Thread thread = new Thread(work, name);
          thread.setDaemon(true);
          return thread;
        });
  }

  /** As {@link #threads(String)}, with threads of another factory. */
  public static ThreadFactory threads(ThreadFactory factory) {
    String context = MDC.get(KEY);
    return work -> factory.newThread(() -> run(context, work));
  }

  /** Runs a callback with the log context of this method's caller, on any thread. */
  public static <T> Consumer<T> handOn(Consumer<T> callback) {
    String context = MDC.get(KEY);
    return value -> run(context, () -> callback.accept(value));
  }

  private static void run(String context, Runnable work) {
    String before = MDC.get(KEY);
    set(context);
    try {
      work.run();
    } finally {
      set(before);
    }
  }

  private static void set(String context) {
    if (context == null) {
      MDC.remove(KEY);
    } else {
      MDC.put(KEY, context);
    }
  }
}
