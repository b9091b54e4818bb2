package io.github.chirpconnect.config;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of each day, by the clocks of a time zone, such as {@code 06:00-22:00 Europe/Berlin}. It
 * may cross midnight.
 *
 * <p>When clocks are put back, a time comes twice: the window opens and closes at the first. When
 * they are put forward, a time that is left out counts as the moment of the change.
 *
 * @param from when it opens
 * @param to when it closes; at or before {@code from}: on the next day
 */
public record DailyWindow(LocalTime from, LocalTime to, ZoneId zone) {
  static final String FORM = "HH:mm-HH:mm and a time zone, such as 06:00-22:00 Europe/Berlin";

  private static final Pattern TEXT =
      Pattern.compile("\\s*([0-9]{2}:[0-9]{2})\\s*-\\s*([0-9]{2}:[0-9]{2})\\s+(\\S+)\\s*");

  /** A day can be empty where a zone skips it or clocks are put forward over the window. */
  private static final int DAYS_LOOKED_AT = 4;

  /**
   * Reads a window.
   *
   * @throws IllegalArgumentException that says what to write instead
   */
  public static DailyWindow parse(String text) {
    Matcher parts = TEXT.matcher(text);
    Validators.require(parts.matches(), "write " + FORM);
    LocalTime from = time(parts.group(1));
    LocalTime to = parts.group(2).equals("24:00") ? LocalTime.MIDNIGHT : time(parts.group(2));
    Validators.require(
        !from.equals(to), "opens and closes at the same time; for no window leave it out");
    return new DailyWindow(from, to, zone(parts.group(3)));
  }

  private static LocalTime time(String text) {
    try {
      return LocalTime.parse(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("'" + text + "' is no time; write " + FORM, e);
    }
  }

  /** A zone by its name: an offset such as +01:00 would be wrong for half of the year. */
  private static ZoneId zone(String text) {
    Validators.require(
        ZoneId.getAvailableZoneIds().contains(text),
        "'"
            + text
            + "' is no time zone; write its name in the tz database, such as Europe/Berlin, Asia/Kolkata or UTC");
    return ZoneId.of(text);
  }

  /** Whether it is open. */
  public boolean contains(Instant moment) {
    LocalDate day = LocalDate.ofInstant(moment, zone);
    return contains(day.minusDays(1), moment) || contains(day, moment);
  }

  private boolean contains(LocalDate day, Instant moment) {
    return !moment.isBefore(opening(day)) && moment.isBefore(closing(day));
  }

  /** When it opens next, after a moment at which it is closed. */
  public Instant opensAfter(Instant moment) {
    LocalDate day = LocalDate.ofInstant(moment, zone);
    for (int i = 0; i < DAYS_LOOKED_AT; i++) {
      LocalDate each = day.plusDays(i);
      Instant opening = opening(each);
      if (opening.isAfter(moment) && opening.isBefore(closing(each))) {
        return opening;
      }
    }
    return opening(day.plusDays(DAYS_LOOKED_AT));
  }

  private Instant opening(LocalDate day) {
    return moment(day, from);
  }

  private Instant closing(LocalDate day) {
    return moment(to.isAfter(from) ? day : day.plusDays(1), to);
  }

  private Instant moment(LocalDate day, LocalTime time) {
    ZoneOffsetTransition change = zone.getRules().getTransition(day.atTime(time));
    return change != null && change.isGap()
        ? change.getInstant()
        : ZonedDateTime.of(day, time, zone).toInstant();
  }

  /** For how long it is closed on a day without a change of clocks. */
  public Duration closedFor() {
    Duration closed = Duration.between(to, from);
    return closed.isNegative() ? closed.plusDays(1) : closed;
  }

  /** As it is written, for messages. */
  @Override
  public String toString() {
    return from + "-" + to + " " + zone;
  }
}
