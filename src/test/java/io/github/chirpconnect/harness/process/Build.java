package io.github.chirpconnect.harness.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Where the build put what the harness needs. Maven says so; started otherwise, target/ has it. */
public final class Build {
  private static final AtomicInteger LOGS = new AtomicInteger();

  private Build() {}

  /** The jars of {@code broker} or {@code worker}. */
  public static Path jars(String process) {
    Path jars = Path.of(System.getProperty("connect.libs", "target/connect-libs"), process);
    if (!Files.isDirectory(jars)) {
      throw new IllegalStateException(
          jars + " is missing; run 'mvn verify -Dit.test=…' once, which lays it out");
    }
    return jars.toAbsolutePath();
  }

  /** The package as it is published. */
  public static Path pluginZip() {
    String zip = System.getProperty("plugin.zip");
    List<Path> found = zip == null ? list(Path.of("target"), ".zip") : List.of(Path.of(zip));
    if (found.size() != 1 || !Files.exists(found.get(0))) {
      throw new IllegalStateException(
          "The plugin's package is missing (found: " + found + "); run 'mvn package'");
    }
    return found.get(0);
  }

  /** A new file for what a process prints. */
  public static Path log(String process) {
    Path directory = Path.of(System.getProperty("it.logs", "target/it-logs")).toAbsolutePath();
    Path log = directory.resolve(process + "-" + LOGS.incrementAndGet() + ".log");
    try {
      Files.deleteIfExists(log);
      return log;
    } catch (IOException e) {
      throw new UncheckedIOException("the log of an earlier run could not be deleted", e);
    }
  }

  /** Native libraries that a killed process has unpacked are deleted with its directory. */
  public static String temporary(Path directory) {
    return "-Djava.io.tmpdir=" + directory;
  }

  public static List<Path> list(Path directory, String suffix) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(directory + " can't be read", e);
    }
  }
}
