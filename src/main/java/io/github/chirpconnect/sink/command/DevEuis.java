package io.github.chirpconnect.sink.command;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads EUIs in the spellings that people and tools use. */
final class DevEuis {
  private static final int LENGTH = 16;
  private static final Pattern PREFIX = Pattern.compile("^0[xX]");
  private static final Pattern SEPARATORS = Pattern.compile("[-: ]");
  private static final Pattern DIGITS = Pattern.compile("[0-9a-f]{16}");

  private DevEuis() {}

  /**
   * The EUI as ChirpStack writes it: 16 lower-case hex digits. Accepts upper case, a leading {@code
   * 0x}, and {@code -}, {@code :} or spaces between the digits. Does not pad: nobody knows which
   * digits are missing.
   */
  static Optional<String> parse(String text) {
    if (isPlain(text)) {
      return Optional.of(text);
    }
    String digits =
        SEPARATORS
            .matcher(PREFIX.matcher(text.trim()).replaceFirst(""))
            .replaceAll("")
            .toLowerCase(Locale.ROOT);
    return DIGITS.matcher(digits).matches() ? Optional.of(digits) : Optional.empty();
  }

  /** Whether it is as ChirpStack writes it, as most are. */
  private static boolean isPlain(String text) {
    boolean plain = text.length() == LENGTH;
    for (int i = 0; plain && i < LENGTH; i++) {
      char digit = text.charAt(i);
      plain = (digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f');
    }
    return plain;
  }
}
