package io.github.chirpconnect.warehouse.confluent;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The jars with Confluent's converters, as a worker loads a plugin: they bring their own libraries,
 * and Kafka's classes are those that we have.
 */
public final class ConfluentPlugin {
  private static final String PROPERTY = "confluent.plugins";

  private ConfluentPlugin() {}

  /** All jars in it are one plugin. Skips the test where nobody has named one. */
  public static Path directory() {
    String named = System.getProperty(PROPERTY);
    assumeTrue(
        named != null,
        "Confluent's converters are not in Maven Central: unpack them into a directory and name it"
            + " with -D"
            + PROPERTY
            + "= to run this");
    return Path.of(named).toAbsolutePath();
  }

  /** One of its classes. */
  static Class<?> type(String name) {
    ClassLoader loader = loader();
    try {
      return Class.forName(name, true, loader);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(
          "no jar in "
              + directory()
              + " has "
              + name
              + "; name another directory with -D"
              + PROPERTY,
          e);
    }
  }

  static ClassLoader loader() {
    directory();
    return Loaded.LOADER;
  }

  /** Loaded once: the registries of Confluent's classes are in static fields. */
  private static final class Loaded {
    private static final ClassLoader LOADER = new ChildFirst(jars(directory()));

    private static URL[] jars(Path directory) {
      try (Stream<Path> files = Files.walk(directory)) {
        List<URL> jars = new ArrayList<>();
        for (Path jar : files.filter(file -> file.toString().endsWith(".jar")).toList()) {
          jars.add(jar.toUri().toURL());
        }
        return jars.toArray(URL[]::new);
      } catch (IOException e) {
        throw new UncheckedIOException(directory + " can't be read", e);
      }
    }
  }

  private static final class ChildFirst extends URLClassLoader {
    private static final Pattern SHARED =
        Pattern.compile("(java|org\\.apache\\.kafka|org\\.slf4j)\\..*");

    ChildFirst(URL[] jars) {
      super(jars, ConfluentPlugin.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        if (loaded == null && !SHARED.matcher(name).matches() && has(name)) {
          loaded = findClass(name);
        }
        return loaded == null ? super.loadClass(name, resolve) : loaded;
      }
    }

    private boolean has(String name) {
      return findResource(name.replace('.', '/') + ".class") != null;
    }
  }
}
