package io.github.chirpconnect.context;

import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.slf4j.MDC;

/**
 * Names the connector and its task in each log line, {@code [name|task-0]}. Connect tells its own
 * threads; to threads of our own, and to those that others call us back on, it is handed on here.
 */
public final class LogContext {
  /** The name under which Connect keeps it, and {@code connect-log4j} files print it. */
  private static final String KEY = "connector.context";

  private LogContext() {}

  /** Makes daemon threads of that name that work for whoever calls this now. */
  public static ThreadFactory threads(String name) {
    return threads(
        work -> {
          Thread thread = new Thread(work, name);
          thread.setDaemon(true);
          return thread;
        });
  }

  /** As {@link #threads(String)}, with threads of another factory's make. */
  public static ThreadFactory threads(ThreadFactory factory) {
    String context = MDC.get(KEY);
    return work -> factory.newThread(() -> run(context, work));
  }

  /** Lets a callback work for whoever calls this now, whatever thread it comes on. */
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
