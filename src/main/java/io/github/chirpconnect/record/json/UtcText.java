package io.github.chirpconnect.record.json;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;

/**
 * Reads times as ChirpStack writes them: {@code 2024-05-06T07:08:09.123456789+00:00}, with up to
 * nine decimals or none, or with {@code Z} at the end. An uplink has five or more of them, and the
 * JDK's parser for all of ISO 8601 takes a fifth of the time in which the whole record is made.
 */
final class UtcText {
  private static final int SECONDS_END = 19;
  private static final int DIGITS_OF_NANOS = 9;
  private static final int SECONDS_PER_DAY = 86_400;

  private UtcText() {}

  /**
   * @return null for any other form, be it a time or not
   * @throws DateTimeException for a day that the calendar does not have
   */
  static Instant parse(String text) {
    int end = text.length() - (text.endsWith("Z") ? 1 : text.endsWith("+00:00") ? 6 : 0);
    if (end == text.length() || end < SECONDS_END || !punctuated(text)) {
      return null;
    }
    int year = number(text, 0, 4);
    int month = number(text, 5, 7);
    int day = number(text, 8, 10);
    int hour = number(text, 11, 13);
    int minute = number(text, 14, 16);
    int second = number(text, 17, SECONDS_END);
    int nanos = nanos(text, end);
    if (year < 0 || month < 0 || day < 0 || nanos < 0) {
      return null;
    }
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) {
      return null;
    }
    long secondOfDay = (hour * 60L + minute) * 60 + second;
    return Instant.ofEpochSecond(
        LocalDate.of(year, month, day).toEpochDay() * SECONDS_PER_DAY + secondOfDay, nanos);
  }

  /**
   * @param text that {@link #parse} can read
   * @return the same as {@link Instant#toString}, which takes longer than all else that is done
   *     with a time; null where the text has to be written anew for that
   */
  static String canonical(String text) {
    boolean zulu = text.endsWith("Z");
    int end = text.length() - (zulu ? 1 : 6);
    int digits = Math.max(0, end - SECONDS_END - 1);
    if (digits % 3 != 0 || (digits > 0 && text.startsWith("000", end - 3))) {
      return null;
    }
    return zulu ? text : text.substring(0, end) + "Z";
  }

  private static boolean punctuated(String text) {
    return text.charAt(4) == '-'
        && text.charAt(7) == '-'
        && text.charAt(10) == 'T'
        && text.charAt(13) == ':'
        && text.charAt(16) == ':';
  }

  /** -1 if no fraction follows the seconds. */
  private static int nanos(String text, int end) {
    if (end == SECONDS_END) {
      return 0;
    }
    int digits = end - SECONDS_END - 1;
    if (text.charAt(SECONDS_END) != '.' || digits < 1 || digits > DIGITS_OF_NANOS) {
      return -1;
    }
    int nanos = number(text, SECONDS_END + 1, end);
    for (int i = digits; i < DIGITS_OF_NANOS && nanos > 0; i++) {
      nanos *= 10;
    }
    return nanos;
  }

  /** -1 if there is anything other than digits. */
  private static int number(String text, int from, int to) {
    int number = 0;
    for (int i = from; i < to; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return number;
  }
}
