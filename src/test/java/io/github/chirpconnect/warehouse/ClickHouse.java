package io.github.chirpconnect.warehouse;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.chirpconnect.harness.process.Build;
import io.github.chirpconnect.harness.process.Cleanup;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The ClickHouse of this machine: its own program, or that in Python's package chDB. Both run a
 * script and end.
 */
final class ClickHouse implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Where the build puts chDB, if it can. */
  private static final Path PYTHON_OF_THE_BUILD = Path.of("target", "chdb", "bin", "python3");

  /** Arguments: the script, a directory for the tables. */
  private static final String CHDB =
      """
      import sys
      from chdb.session import Session
      with open(sys.argv[1], encoding='utf-8') as script:
          print(Session(sys.argv[2]).query(script.read(), 'JSONEachRow'))
      """;

  private final List<String> program;
  private final Path directory = Cleanup.temporaryDirectory("clickhouse");

  private ClickHouse(List<String> program) {
    this.program = program;
  }

  /** Skips the test where there is none. */
  static ClickHouse installed() {
    Optional<List<String>> program = program();
    assumeTrue(
        program.isPresent(),
        "ClickHouse is not on this machine: install clickhouse, or Python's package chdb, to run"
            + " this");
    return new ClickHouse(program.get());
  }

  private static Optional<List<String>> program() {
    Stream<List<String>> own =
        Stream.concat(
            onPath("clickhouse").map(path -> List.of(path.toString(), "local", "--queries-file")),
            onPath("clickhouse-local").map(path -> List.of(path.toString(), "--queries-file")));
    Stream<List<String>> python =
        Stream.concat(
                Stream.of(PYTHON_OF_THE_BUILD.toAbsolutePath()).filter(Files::isExecutable),
                onPath("python3"))
            .filter(ClickHouse::hasChdb)
            .map(path -> List.of(path.toString(), "-c", CHDB));
    return Stream.concat(own, python).findFirst();
  }

  private static Stream<Path> onPath(String name) {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable);
  }

  private static boolean hasChdb(Path python) {
    ProcessBuilder probe =
        new ProcessBuilder(
            python.toString(),
            "-c",
            "import sys, importlib.util as u; sys.exit(u.find_spec('chdb') is None)");
    try {
      return waitFor(probe.start()) == 0;
    } catch (IOException e) {
      throw new UncheckedIOException(python + " can't be run", e);
    }
  }

  /** Writes lines into a file that a script can read. */
  Path file(String name, List<String> lines) {
    try {
      return Files.write(directory.resolve(name), lines);
    } catch (IOException e) {
      throw new UncheckedIOException(name + " can't be written", e);
    }
  }

  /**
   * What a script prints.
   *
   * @param script whose queries say {@code FORMAT JSONEachRow}
   */
  List<JsonNode> run(String script) {
    Path log = Build.log("clickhouse");
    List<String> command = new ArrayList<>(program);
    command.add(file("script.sql", List.of(script)).toString());
    if (command.contains(CHDB)) {
      command.add(directory.resolve("tables").toString());
    }
    try {
      Files.createDirectories(log.getParent());
      Process process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectError(log.toFile())
              .start();
      process.getOutputStream().close();
      List<JsonNode> rows = new ArrayList<>();
      try (InputStream out = process.getInputStream()) {
        String printed = new String(out.readAllBytes(), StandardCharsets.UTF_8);
        for (String line : printed.lines().filter(line -> !line.isBlank()).toList()) {
          rows.add(JSON.readTree(line));
        }
      }
      if (waitFor(process) != 0) {
        throw new IllegalStateException(
            "ClickHouse refused the script: " + Files.readString(log) + "\n" + script);
      }
      return rows;
    } catch (IOException e) {
      throw new UncheckedIOException("ClickHouse could not be run; log: " + log, e);
    }
  }

  private static int waitFor(Process process) {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while ClickHouse ran", e);
    }
  }

  @Override
  public void close() {
    Cleanup.delete(directory);
  }
}
