package io.github.chirpconnect.common;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;

/**
 * Logs once of each subject, and at DEBUG after that. It remembers a limited number of subjects;
 * further ones are logged at DEBUG only. Thread-safe.
 */
public final class LogOnce {
  private static final int SUBJECTS_MAX = 1_000;

  private final Logger log;
  private final Set<String> logged = ConcurrentHashMap.newKeySet();

  public LogOnce(Logger log) {
    this.log = log;
  }

  public void warn(String subject, String message, Object... arguments) {
    if (isFirst(subject)) {
      log.warn(message, arguments);
    } else {
      log.debug(message, arguments);
    }
  }

  public void info(String subject, String message, Object... arguments) {
    if (isFirst(subject)) {
      log.info(message, arguments);
    } else {
      log.debug(message, arguments);
    }
  }

  private boolean isFirst(String subject) {
    return logged.size() < SUBJECTS_MAX && logged.add(subject);
  }
}
