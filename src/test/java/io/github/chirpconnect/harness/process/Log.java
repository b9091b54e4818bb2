package io.github.chirpconnect.harness.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** How children log: to standard output, which goes to their log file. */
public final class Log {
  private Log() {}

  public static List<String> log4j2(Path directory) {
    return List.of("-Dlog4j2.configurationFile=" + copy(directory, "log4j2-child.xml"));
  }

  /** Puts one of our resources where a child, which has none of them, can read it. */
  public static Path copy(Path directory, String resource) {
    try (InputStream in = Log.class.getResourceAsStream("/harness/" + resource)) {
      Path file = directory.resolve(resource);
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(resource + " could not be copied", e);
    }
  }
}
