package io.github.chirpconnect.harness.connect;

import io.github.chirpconnect.harness.process.Build;
import io.github.chirpconnect.harness.process.Cleanup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The package as users install it: unpacked into a directory that {@code plugin.path} names. */
public final class PluginZip {
  private PluginZip() {}

  /** The directory for {@code plugin.path}; unpacked once, and gone when this JVM ends. */
  public static Path pluginPath() {
    return Unpacked.DIRECTORY;
  }

  /**
   * A file of the unpacked package.
   *
   * @param path within the package, {@code etc/chirpstack-source.json}
   */
  public static Path file(String path) {
    return pluginPath().resolve(entries().get(0)).resolve(path);
  }

  /** The names of the package's entries, the directory that holds all others first. */
  public static List<String> entries() {
    List<String> names = new ArrayList<>();
    try (ZipFile zip = new ZipFile(Build.pluginZip().toFile())) {
      zip.stream().map(ZipEntry::getName).forEach(names::add);
      return names;
    } catch (IOException e) {
      throw new UncheckedIOException("the plugin's package can't be read", e);
    }
  }

  private static final class Unpacked {
    private static final Path DIRECTORY = unpack();

    private static Path unpack() {
      Path directory = Cleanup.temporaryDirectory("plugins");
      try (ZipFile zip = new ZipFile(Build.pluginZip().toFile())) {
        Enumeration<? extends ZipEntry> entries = zip.entries();
        while (entries.hasMoreElements()) {
          extract(zip, entries.nextElement(), directory);
        }
        return directory;
      } catch (IOException e) {
        throw new UncheckedIOException("the plugin's package can't be unpacked", e);
      }
    }

    private static void extract(ZipFile zip, ZipEntry entry, Path directory) throws IOException {
      Path target = directory.resolve(entry.getName()).normalize();
      if (!target.startsWith(directory)) {
        throw new IOException("'" + entry.getName() + "' points out of the package");
      }
      if (entry.isDirectory()) {
        Files.createDirectories(target);
      } else {
        Files.createDirectories(target.getParent());
        Files.copy(zip.getInputStream(entry), target);
      }
    }
  }
}
