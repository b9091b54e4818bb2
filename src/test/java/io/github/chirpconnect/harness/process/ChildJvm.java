package io.github.chirpconnect.harness.process;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A Java process on a class path of its own. It ends with this JVM, even when this one is killed:
 * see {@link Lifeline}.
 */
public final class ChildJvm {
  private static final Duration POLL = Duration.ofMillis(50);
  private static final int TAIL_LINES = 25;

  private final String name;
  private final Process process;
  private final Path log;
  private final Runnable kill = this::kill;

  private ChildJvm(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
    Cleanup.add(kill);
  }

  /**
   * Starts a main class.
   *
   * @param name for messages
   * @param jars a directory of jars, which is the whole class path
   * @param jvmArguments heap, system properties
   * @param log gets what the process prints, after what is there already
   * @param mainAndArguments the main class, then its arguments
   */
  public static ChildJvm start(
      String name, Path jars, List<String> jvmArguments, Path log, List<String> mainAndArguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xss512k"));
    command.addAll(jvmArguments);
    command.addAll(
        List.of("-cp", LifelineHolder.DIRECTORY + File.pathSeparator + jars.resolve("*")));
    command.add(Lifeline.class.getName());
    command.addAll(mainAndArguments);
    try {
      Files.createDirectories(log.getParent());
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
      return new ChildJvm(name, process, log);
    } catch (IOException e) {
      throw new UncheckedIOException("The " + name + " process could not be started", e);
    }
  }

  /**
   * Waits until the process does what it is for.
   *
   * @throws ChildFailedException when it ended, or when the time is over; with the last lines of
   *     its log
   */
  public void awaitReady(Duration timeout, Callable<Boolean> ready) {
    try {
      Awaitility.await()
          .pollDelay(Duration.ZERO)
          .pollInterval(POLL)
          .atMost(timeout)
          .until(() -> !process.isAlive() || ready.call());
    } catch (ConditionTimeoutException e) {
      throw failed("was not ready after " + timeout.toSeconds() + " s");
    }
    if (!process.isAlive()) {
      throw failed("ended with exit code " + process.exitValue());
    }
  }

  /** Waits for the end of a process that is to end by itself. */
  public void awaitSuccess(Duration timeout) {
    if (!awaitEnd(timeout)) {
      throw failed("did not end within " + timeout.toSeconds() + " s");
    }
    if (process.exitValue() != 0) {
      throw failed("ended with exit code " + process.exitValue());
    }
  }

  private boolean awaitEnd(Duration timeout) {
    try {
      boolean ended = process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
      if (ended) {
        Cleanup.remove(kill);
      }
      return ended;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      kill();
      throw new IllegalStateException("interrupted while waiting for the " + name, e);
    }
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Asks the process to end and waits until it has; its shutdown hooks run. */
  public void stop(Duration timeout) {
    // Process.destroy() would also close standard input, and so end the child at once.
    process.toHandle().destroy();
    if (!awaitEnd(timeout)) {
      throw failed("did not stop within " + timeout.toSeconds() + " s");
    }
  }

  /** Ends the process as a power failure would, and waits until it is gone. */
  public void kill() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Cleanup.remove(kill);
  }

  /** Stops the process in its tracks, as a suspended machine is: SIGSTOP. */
  public void freeze() {
    signal("STOP");
  }

  /** Ends {@link #freeze()}: it goes on and does not know that it stood still. */
  public void thaw() {
    signal("CONT");
  }

  private void signal(String signal) {
    String[] command = {"kill", "-" + signal, Long.toString(pid())};
    try {
      int exit = new ProcessBuilder(command).inheritIO().start().waitFor();
      if (exit != 0) {
        throw new IllegalStateException(String.join(" ", command) + " ended with " + exit);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(String.join(" ", command) + " could not be run", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the " + name + " got a signal", e);
    }
  }

  private ChildFailedException failed(String what) {
    ChildFailedException failure =
        new ChildFailedException("The " + name + " " + what + "; log: " + log + tail());
    kill();
    return failure;
  }

  private String tail() {
    try {
      List<String> lines = Files.readString(log, StandardCharsets.UTF_8).lines().toList();
      List<String> last = lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size());
      return "\n  " + String.join("\n  ", last);
    } catch (IOException e) {
      return " (which can't be read: " + e + ")";
    }
  }

  /** Made when the first child needs it. */
  private static final class LifelineHolder {
    private static final Path DIRECTORY = copyLifeline();
  }

  private static Path copyLifeline() {
    String resource = Lifeline.class.getName().replace('.', '/') + ".class";
    Path directory = Cleanup.temporaryDirectory("lifeline");
    Path target = directory.resolve(resource);
    try (InputStream in = Lifeline.class.getClassLoader().getResourceAsStream(resource)) {
      Files.createDirectories(target.getParent());
      Files.copy(in, target);
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(resource + " could not be copied", e);
    }
  }
}
