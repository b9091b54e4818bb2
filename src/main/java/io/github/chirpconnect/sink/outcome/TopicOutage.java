package io.github.chirpconnect.sink.outcome;

import io.github.chirpconnect.common.Clocks;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long the outcome topic can't be written, or not be read. The log has the begin of an outage,
 * its first reason, a line a minute, and its end. Not thread-safe.
 */
public final class TopicOutage {
  private static final Logger LOG = LoggerFactory.getLogger(TopicOutage.class);
  private static final long REMIND_EVERY_MS = 60_000;

  private final Words words;
  private final long patienceMs;
  private final Clocks clocks;
  private Long since;
  private long remindedAt;

  /**
   * What the log says; {@code %d} stands for the seconds that it lasts.
   *
   * @param givenUp the reason of the task's failure
   */
  public record Words(String begins, String lasts, String ends, String givenUp) {}

  /**
   * @param patience how long it may last before it is hopeless
   */
  public TopicOutage(Words words, Duration patience, Clocks clocks) {
    this.words = words;
    this.patienceMs = patience.toMillis();
    this.clocks = clocks;
  }

  /** An attempt failed. */
  public void failed(Exception failure) {
    long now = clocks.steadyMillis();
    if (since == null) {
      since = now;
      remindedAt = now;
      LOG.warn("{}: {}", words.begins(), String.valueOf(failure));
    } else if (now - remindedAt >= REMIND_EVERY_MS) {
      remindedAt = now;
      LOG.warn("{}: {}", words.lasts().formatted(seconds()), String.valueOf(failure));
    }
  }

  /** An attempt succeeded. */
  public void over() {
    if (since != null) {
      LOG.info(words.ends());
    }
    forget();
  }

  /** Nothing needs the topic any more: a later failure is another outage. */
  public void forget() {
    since = null;
  }

  /** A standstill of the task does not count as time in which attempts failed. */
  public void stoodStill() {
    if (since != null) {
      since = clocks.steadyMillis();
    }
  }

  /** The steady time at which an outage that goes on is hopeless. */
  long hopelessAt() {
    return since + patienceMs;
  }

  public boolean isHopeless() {
    return since != null && clocks.steadyMillis() >= hopelessAt();
  }

  /** Why the task fails, after its last attempt. */
  public String givenUp(Exception failure) {
    return words.givenUp().formatted(seconds()) + ": " + failure;
  }

  private long seconds() {
    return (clocks.steadyMillis() - since) / 1_000;
  }
}
