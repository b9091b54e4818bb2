package io.github.chirpconnect.source.offset;

import io.github.chirpconnect.api.Aggregation;
import java.util.EnumMap;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far the series of one feed of one device or gateway were handed over: the last bucket of each
 * length.
 *
 * <p>Its text in an offset is {@code 1:} and {@code <length>=<bucket>} for each length, shortest
 * first, separated by commas: {@code 1:hour=mgvkdn4k,day=mgu5o0ao}. A bucket is the time at which
 * it begins, in milliseconds since 1970 and base 36. If only some of its rows were handed over, a
 * dot and their number follow, in base 36.
 *
 * <p>Immutable.
 */
public final class SeriesPosition {
  public static final SeriesPosition NONE = new SeriesPosition(new EnumMap<>(Aggregation.class));

  private static final String VERSION = "1:";
  private static final Pattern POSITION =
      Pattern.compile("([a-z]+)=([0-9a-z]+)(?:\\.([0-9a-z]+))?");

  private final EnumMap<Aggregation, BucketPosition> last;

  private SeriesPosition(EnumMap<Aggregation, BucketPosition> last) {
    this.last = last;
  }

  /** Null if nothing was handed over. */
  public BucketPosition of(Aggregation aggregation) {
    return last.get(aggregation);
  }

  public SeriesPosition with(Aggregation aggregation, BucketPosition position) {
    EnumMap<Aggregation, BucketPosition> changed = new EnumMap<>(last);
    changed.put(aggregation, position);
    return new SeriesPosition(changed);
  }

  /** The text for an offset. */
  String text() {
    StringBuilder text = new StringBuilder(VERSION);
    for (Aggregation aggregation : Aggregation.values()) {
      BucketPosition position = of(aggregation);
      if (position == null) {
        continue;
      }
      if (text.length() > VERSION.length()) {
        text.append(',');
      }
      text.append(name(aggregation)).append('=').append(write(position.bucket()));
      if (!position.isWhole()) {
        text.append('.').append(write(position.rows()));
      }
    }
    return text.toString();
  }

  /**
   * @throws IllegalArgumentException if it is not a text as {@link #text} writes it; the message
   *     shows it
   */
  static SeriesPosition read(String text) {
    SeriesPosition position = NONE;
    try {
      if (!text.startsWith(VERSION)) {
        throw new IllegalArgumentException("no version");
      }
      if (!text.equals(VERSION)) {
        for (String one : text.substring(VERSION.length()).split(",", -1)) {
          position = position.with(one);
        }
      }
    } catch (IllegalArgumentException e) {
      throw malformed(text, e);
    }
    if (!position.text().equals(text)) {
      throw malformed(text, null);
    }
    return position;
  }

  private SeriesPosition with(String one) {
    Matcher matcher = POSITION.matcher(one);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(one);
    }
    int rows =
        matcher.group(3) == null ? 0 : Integer.parseInt(matcher.group(3), Character.MAX_RADIX);
    return with(
        Aggregation.valueOf(matcher.group(1).toUpperCase(Locale.ROOT)),
        new BucketPosition(Long.parseLong(matcher.group(2), Character.MAX_RADIX), rows));
  }

  private static String name(Aggregation aggregation) {
    return aggregation.name().toLowerCase(Locale.ROOT);
  }

  private static String write(long number) {
    return Long.toString(number, Character.MAX_RADIX);
  }

  private static IllegalArgumentException malformed(String text, Exception cause) {
    return new IllegalArgumentException(
        "'"
            + text
            + "' is not a list of buckets as this connector writes them (1:hour=<time>,day=<time>, from the shortest on; a time is milliseconds since 1970 in base 36)",
        cause);
  }

  @Override
  public String toString() {
    return text();
  }
}
