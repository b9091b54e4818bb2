package io.github.chirpconnect.channel.tls;

import io.github.chirpconnect.common.FileStamp;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.config.ConfigException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS material that is read again when its files have changed. While files are unusable, half
 * written perhaps, the previous material stays in use, and the next call tries again. Safe for use
 * by many threads.
 */
final class ReloadingFiles<T> implements Supplier<T> {
  private static final Logger LOG = LoggerFactory.getLogger(ReloadingFiles.class);

  private final Supplier<T> reader;
  private final List<Path> files;
  private T current;
  private Map<Path, FileStamp> marks;
  private Map<Path, FileStamp> warnedOf;

  /**
   * @param reader reads the files; it throws ConfigException when they can't be used
   */
  ReloadingFiles(Supplier<T> reader, List<Path> files) {
    this.reader = reader;
    this.files = files;
    // Taken before reading, so that a write meanwhile counts as a change next time.
    this.marks = look();
    this.current = reader.get();
  }

  /** The material in use, without checking the files. */
  synchronized T current() {
    return current;
  }

  @Override
  public synchronized T get() {
    Map<Path, FileStamp> seen = look();
    if (!seen.equals(marks)) {
      try {
        current = reader.get();
        marks = seen;
        LOG.info("TLS certificates and keys were read again from {}", files);
      } catch (ConfigException e) {
        if (!seen.equals(warnedOf)) {
          warnedOf = seen;
          LOG.warn(
              "Changed TLS files can't be used, so the previous ones stay in use: {}",
              e.getMessage());
        }
      }
    }
    return current;
  }

  private Map<Path, FileStamp> look() {
    Map<Path, FileStamp> seen = new HashMap<>();
    for (Path file : files) {
      try {
        seen.put(file, FileStamp.of(file));
      } catch (IOException e) {
        LOG.debug("{} can't be checked for changes; reading it will report why", file, e);
      }
    }
    return seen;
  }
}
