package io.github.chirpconnect.simulator.v4;

import io.github.chirpconnect.simulator.server.Refusals;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Reads the ids in requests, and refuses bad ones in the words of the libraries that ChirpStack
 * uses.
 */
final class Arguments {
  private static final int EUI_DIGITS = 16;
  private static final int UUID_DIGITS = 32;
  private static final List<Integer> UUID_GROUPS = List.of(8, 4, 4, 4, 12);

  private Arguments() {}

  /**
   * An EUI in lower case. An empty text is the EUI of eight zero bytes.
   *
   * @throws StatusRuntimeException INTERNAL, not INVALID_ARGUMENT, when the text is no EUI
   */
  static String eui(String text) {
    if (text.isEmpty()) {
      return "0".repeat(EUI_DIGITS);
    }
    if (text.length() % 2 != 0) {
      throw Refusals.internal("Odd number of digits");
    }
    if (text.length() != EUI_DIGITS) {
      throw Refusals.internal("Invalid string length");
    }
    for (int i = 0; i < text.length(); i++) {
      if (!isHex(text.charAt(i))) {
        throw Refusals.internal("Invalid character '" + text.charAt(i) + "' at position " + i);
      }
    }
    return text.toLowerCase(Locale.ROOT);
  }

  /**
   * A UUID in lower case with its dashes; it may be given without them.
   *
   * @throws StatusRuntimeException INVALID_ARGUMENT when the text is none
   */
  static String uuid(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!isHex(text.charAt(i)) && text.charAt(i) != '-') {
        throw Refusals.invalid("invalid character: found `" + text.charAt(i) + "` at " + i);
      }
    }
    String digits = text.indexOf('-') < 0 ? simple(text) : hyphenated(text);
    List<String> groups = new ArrayList<>();
    int from = 0;
    for (int length : UUID_GROUPS) {
      groups.add(digits.substring(from, from + length));
      from += length;
    }
    return String.join("-", groups).toLowerCase(Locale.ROOT);
  }

  private static String simple(String text) {
    if (text.length() != UUID_DIGITS) {
      throw Refusals.invalid("invalid length: found " + text.length());
    }
    return text;
  }

  private static String hyphenated(String text) {
    String[] groups = text.split("-", -1);
    if (groups.length != UUID_GROUPS.size()) {
      throw Refusals.invalid("invalid group count: found " + groups.length);
    }
    for (int i = 0; i < groups.length; i++) {
      if (groups[i].length() != UUID_GROUPS.get(i)) {
        throw Refusals.invalid(
            "invalid group length in group " + i + ": found " + groups[i].length());
      }
    }
    return String.join("", groups);
  }

  private static boolean isHex(char c) {
    return c < 128 && Character.digit(c, 16) >= 0;
  }

  static StatusRuntimeException doesNotExist(String id) {
    return Status.NOT_FOUND
        .withDescription("Object does not exist (id: " + id + ")")
        .asRuntimeException();
  }
}
