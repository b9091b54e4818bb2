package io.github.chirpconnect.sink.command;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads EUIs in the spellings that people and tools use. */
final class DevEuis {
  private static final Pattern PREFIX = Pattern.compile("^0[xX]");
  private static final Pattern SEPARATORS = Pattern.compile("[-: ]");
  private static final Pattern DIGITS = Pattern.compile("[0-9a-f]{16}");

  private DevEuis() {}

  /**
   * The EUI as ChirpStack writes it: 16 lower-case hex digits. Upper case, a {@code 0x} before it,
   * and {@code -}, {@code :} or spaces between the digits are taken for what they are. Never
   * padded: digits that are missing were lost on the way, and nobody knows which.
   */
  static Optional<String> parse(String text) {
    String digits =
        SEPARATORS
            .matcher(PREFIX.matcher(text.trim()).replaceFirst(""))
            .replaceAll("")
            .toLowerCase(Locale.ROOT);
    return DIGITS.matcher(digits).matches() ? Optional.of(digits) : Optional.empty();
  }
}
