package io.github.chirpconnect.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version of this plugin, as the build wrote it into the jar. */
public final class Version {

  private static final String RESOURCE = "/kafka-connect-chirpstack.properties";
  private static final String VERSION = read();

  private Version() {}

  /** Returns the version of the build, for example {@code 0.1.0}; never null or empty. */
  public static String get() {
    return VERSION;
  }

  private static String read() {
    try (InputStream in = Version.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        // An IDE that compiles without the build's resources: say so rather than fail to load.
        return "unknown";
      }
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version", "unknown");
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + RESOURCE, e);
    }
  }
}
