package io.github.chirpconnect.harness.connect;

import io.github.chirpconnect.harness.process.Build;
import io.github.chirpconnect.harness.process.Log;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which line of Kafka Connect the workers run ({@code -Dconnect.version=3.9.2}), and what differs
 * between the lines. The package under test is the same for all of them.
 */
public final class ConnectVersions {
  private static final Pattern RUNTIME = Pattern.compile("connect-runtime-(\\d+)\\.(\\d+)\\..*");

  private ConnectVersions() {}

  /**
   * Whether the worker's version is this or later, by what is on its class path.
   *
   * @param minor of the same major version
   */
  public static boolean atLeast(int major, int minor) {
    Matcher version = runtime();
    int workerMajor = Integer.parseInt(version.group(1));
    return workerMajor > major
        || (workerMajor == major && Integer.parseInt(version.group(2)) >= minor);
  }

  /** JVM arguments that make the worker log: 4.x does so by Log4j 2, 3.x by reload4j. */
  static List<String> logging(Path directory) {
    return atLeast(4, 0)
        ? Log.log4j2(directory)
        : List.of("-Dlog4j.configuration=" + Log.copy(directory, "log4j.properties").toUri());
  }

  private static Matcher runtime() {
    List<Path> jars = Build.list(Build.jars("worker"), ".jar");
    return jars.stream()
        .map(jar -> RUNTIME.matcher(jar.getFileName().toString()))
        .filter(Matcher::matches)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no connect-runtime among " + jars));
  }
}
