package io.github.chirpconnect.warehouse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.chirpconnect.harness.process.Build;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads tables by Iceberg's own reader, in a process whose class path is the sink's: on ours, its
 * libraries would hide what is missing from the package.
 */
final class IcebergReader {
  private static final ObjectMapper JSON = new ObjectMapper();

  private IcebergReader() {}

  /**
   * @param catalog the directory
   * @param table its full name
   * @return an object of {@code partitioned_by}, {@code partitions} and {@code rows}
   */
  static JsonNode read(Path catalog, String table) {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            Build.jars("sinks").resolve("iceberg").resolve("*").toString(),
            program(),
            catalog.toUri().toString(),
            table);
    Path log = Build.log("iceberg");
    try {
      Process process = new ProcessBuilder(command).redirectError(log.toFile()).start();
      process.getOutputStream().close();
      String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(table + " could not be read; log: " + log);
      }
      return JSON.readTree(printed);
    } catch (IOException e) {
      throw new UncheckedIOException(table + " could not be read", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + table + " was read", e);
    }
  }

  private static String program() {
    try {
      return Path.of(IcebergReader.class.getResource("/warehouse/IcebergTable.java").toURI())
          .toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
