package io.github.chirpconnect.harness.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.kafka.common.utils.Utils;

/**
 * What must not outlive this JVM: processes and temporary directories. Whatever is still registered
 * when the JVM ends is undone then, the latest first.
 */
public final class Cleanup {
  private static final Deque<Runnable> PENDING = new ArrayDeque<>();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(Cleanup::runAll, "harness-cleanup"));
  }

  private Cleanup() {}

  public static synchronized void add(Runnable action) {
    PENDING.push(action);
  }

  public static synchronized void remove(Runnable action) {
    PENDING.remove(action);
  }

  /**
   * A new directory that is gone when the JVM has ended.
   *
   * @param name shows what it is for, in {@code /tmp/chirpstack-<name>-…}
   */
  public static Path temporaryDirectory(String name) {
    try {
      Path directory = Files.createTempDirectory("chirpstack-" + name + "-");
      add(() -> delete(directory));
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException("no temporary directory for " + name, e);
    }
  }

  /** Deletes a directory with all it holds; one that is gone already is fine. */
  public static void delete(Path directory) {
    try {
      Utils.delete(directory.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(directory + " could not be deleted", e);
    }
  }

  private static void runAll() {
    for (Runnable action = next(); action != null; action = next()) {
      try {
        action.run();
      } catch (RuntimeException e) {
        System.err.println("cleaning up: " + e);
      }
    }
  }

  private static synchronized Runnable next() {
    return PENDING.poll();
  }
}
