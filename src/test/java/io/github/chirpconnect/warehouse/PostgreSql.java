package io.github.chirpconnect.warehouse;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.chirpconnect.harness.process.Build;
import io.github.chirpconnect.harness.process.Cleanup;
import io.github.chirpconnect.harness.process.Ports;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * The PostgreSQL of this machine, with a database of its own in a temporary directory. It ends with
 * this JVM, even when this one is killed: a shell that holds our end of a pipe stops it then and
 * deletes its directory.
 */
final class PostgreSql implements AutoCloseable {
  static final String USER = "warehouse";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private static final List<String> PROGRAMS = List.of("initdb", "postgres", "psql", "pg_isready");

  /** Debian's place, which is on no path; the newest version last. */
  private static final Path DEBIAN = Path.of("/usr/lib/postgresql");

  /** PostgreSQL refuses to run as root: it runs as one of these then. */
  private static final List<String> USERS = List.of("postgres", "nobody");

  /** Arguments: the programs, the directory, the port. */
  private static final String SCRIPT =
      """
      exec 3<&0 </dev/null
      cd "$2" || exit 1
      "$1"/initdb -D data -U %s -A trust -E UTF8 --locale=C --no-sync || exit 1
      "$1"/postgres -D data -p "$3" -h 127.0.0.1 -k '' -F 3<&- &
      server=$!
      (cat <&3 >/dev/null; kill -INT $server) &
      wait $server
      cd / && rm -rf "$2"
      """
          .formatted(USER);

  private final Path programs;
  private final Path directory = Cleanup.temporaryDirectory("postgresql");
  private final Path log = Build.log("postgresql");
  private final int port = Ports.free(1).get(0);
  private final Process process;
  private final Runnable close = this::close;

  private PostgreSql(Path programs) {
    this.programs = programs;
    this.process = run();
    Cleanup.add(close);
    awaitReady();
  }

  /** Skips the test where PostgreSQL is not installed. */
  static PostgreSql start() {
    Optional<Path> programs = programs();
    assumeTrue(
        programs.isPresent(),
        "PostgreSQL is not installed on this machine: install the package postgresql to run this");
    return new PostgreSql(programs.get());
  }

  private static Optional<Path> programs() {
    Stream<Path> path =
        Arrays.stream(System.getenv("PATH").split(System.getProperty("path.separator")))
            .map(Path::of);
    return Stream.concat(path, debian())
        .filter(
            directory -> PROGRAMS.stream().map(directory::resolve).allMatch(Files::isExecutable))
        .findFirst();
  }

  private static Stream<Path> debian() {
    if (!Files.isDirectory(DEBIAN)) {
      return Stream.empty();
    }
    try (Stream<Path> versions = Files.list(DEBIAN)) {
      return versions
          .sorted(Comparator.comparing(PostgreSql::version).reversed())
          .map(version -> version.resolve("bin"))
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(DEBIAN + " can't be read", e);
    }
  }

  private static int version(Path directory) {
    String name = directory.getFileName().toString();
    return name.matches("\\d{1,4}") ? Integer.parseInt(name) : 0;
  }

  /** As a connector's {@code connection.url}. */
  String url() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
  }

  /** What a query answers, each row an object of its columns. */
  List<JsonNode> rows(String query) {
    List<JsonNode> rows = new ArrayList<>();
    String lines = run("SELECT to_json(t) FROM (" + query + ") t");
    lines
        .lines()
        .forEach(
            line -> {
              try {
                rows.add(JSON.readTree(line));
              } catch (IOException e) {
                throw new UncheckedIOException("to_json gave what is no JSON: " + line, e);
              }
            });
    return rows;
  }

  /** What psql prints for a statement, columns between bars. */
  String run(String statement) {
    List<String> command =
        List.of(
            programs.resolve("psql").toString(),
            "--no-psqlrc",
            "--quiet",
            "--no-align",
            "--tuples-only",
            "--set=ON_ERROR_STOP=1",
            "--host=127.0.0.1",
            "--port=" + port,
            "--username=" + USER,
            "--command=SET TIME ZONE 'UTC'",
            "--command=" + statement,
            "postgres");
    try {
      Process psql = new ProcessBuilder(command).redirectErrorStream(true).start();
      psql.getOutputStream().close();
      try (InputStream out = psql.getInputStream()) {
        String printed = new String(out.readAllBytes(), StandardCharsets.UTF_8).strip();
        if (psql.waitFor() != 0) {
          throw new IllegalStateException(statement + "\n" + printed);
        }
        return printed;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("psql could not be run", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while psql ran", e);
    }
  }

  /** Whether there is such a table. */
  boolean has(String table) {
    return run("SELECT to_regclass('" + table + "') IS NOT NULL").equals("t");
  }

  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("PostgreSQL did not stop; log: " + log);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("PostgreSQL could not be stopped", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      Cleanup.remove(close);
      Cleanup.delete(directory);
    }
  }

  private Process run() {
    List<String> command = new ArrayList<>();
    if (System.getProperty("user.name").equals("root")) {
      command.addAll(List.of("runuser", "-u", givenToSomebody(), "--"));
    }
    command.addAll(List.of("sh", "-c", SCRIPT, "sh"));
    command.addAll(List.of(programs.toString(), directory.toString(), Integer.toString(port)));
    try {
      Files.createDirectories(log.getParent());
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(log.toFile())
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException("PostgreSQL could not be started", e);
    }
  }

  /** The directory is from now on that of a user who is not root. */
  private String givenToSomebody() {
    UserPrincipalLookupService users = directory.getFileSystem().getUserPrincipalLookupService();
    for (String user : USERS) {
      try {
        Files.setOwner(directory, users.lookupPrincipalByName(user));
        return user;
      } catch (UserPrincipalNotFoundException e) {
        // The next one may be there.
      } catch (IOException e) {
        throw new UncheckedIOException(directory + " could not be given to " + user, e);
      }
    }
    throw new IllegalStateException("none of the users " + USERS + " is there to run PostgreSQL");
  }

  private void awaitReady() {
    try {
      Awaitility.await()
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(50))
          .atMost(TIMEOUT)
          .until(() -> !process.isAlive() || (Ports.answers(port) && isReady()));
    } catch (ConditionTimeoutException e) {
      close();
      throw new IllegalStateException("PostgreSQL did not start; log: " + log, e);
    }
    if (!process.isAlive()) {
      throw new IllegalStateException("PostgreSQL ended at once; log: " + log);
    }
  }

  private boolean isReady() throws IOException, InterruptedException {
    String program = programs.resolve("pg_isready").toString();
    return new ProcessBuilder(program, "--quiet", "--host=127.0.0.1", "--port=" + port)
            .start()
            .waitFor()
        == 0;
  }
}
