package io.github.chirpconnect.common;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;

/**
 * Warns once of each subject, and logs at DEBUG after that. It remembers a limited number of
 * subjects; further ones are logged at DEBUG only. Thread-safe.
 */
public final class WarnOnce {
  private static final int SUBJECTS_MAX = 1_000;

  private final Logger log;
  private final Set<String> warned = ConcurrentHashMap.newKeySet();

  public WarnOnce(Logger log) {
    this.log = log;
  }

  public void warn(String subject, String message, Object... arguments) {
    if (warned.size() < SUBJECTS_MAX && warned.add(subject)) {
      log.warn(message, arguments);
    } else {
      log.debug(message, arguments);
    }
  }
}
