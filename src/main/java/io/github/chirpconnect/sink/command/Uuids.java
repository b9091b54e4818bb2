package io.github.chirpconnect.sink.command;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads UUIDs in the spellings that people and tools use. */
final class Uuids {
  private static final Pattern PREFIX = Pattern.compile("^urn:uuid:");
  private static final Pattern BRACES = Pattern.compile("\\{(.*)}");
  private static final Pattern DIGITS =
      Pattern.compile(
          "([0-9a-f]{8})(-?)([0-9a-f]{4})\\2([0-9a-f]{4})\\2([0-9a-f]{4})\\2([0-9a-f]{12})");

  private Uuids() {}

  /**
   * The UUID as ChirpStack writes it: lower-case hex digits with dashes. Accepts upper case, {@code
   * urn:uuid:}, braces, and the digits without any dash.
   */
  static Optional<String> parse(String text) {
    String lower = text.trim().toLowerCase(Locale.ROOT);
    Matcher braces = BRACES.matcher(lower);
    String bare = braces.matches() ? braces.group(1) : PREFIX.matcher(lower).replaceFirst("");
    Matcher digits = DIGITS.matcher(bare);
    return digits.matches() ? Optional.of(digits.replaceFirst("$1-$3-$4-$5-$6")) : Optional.empty();
  }
}
