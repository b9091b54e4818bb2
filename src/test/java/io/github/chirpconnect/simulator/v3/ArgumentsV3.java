package io.github.chirpconnect.simulator.v3;

import io.github.chirpconnect.simulator.server.Refusals;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Locale;

/** Reads the ids in v3's requests, and refuses bad ones in the words of the libraries it uses. */
final class ArgumentsV3 {
  private static final int EUI_DIGITS = 16;
  private static final int UUID_LENGTH = 36;

  private ArgumentsV3() {}

  /**
   * An EUI in lower case; it may be given with {@code 0x}.
   *
   * @param name what stands before the text of a refusal
   * @throws StatusRuntimeException INVALID_ARGUMENT when the text is no EUI
   */
  static String eui(String name, String text) {
    String digits = text.startsWith("0x") ? text.substring(2) : text;
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      if (c >= 128 || Character.digit(c, 16) < 0) {
        throw Refusals.invalid(
            String.format("%sencoding/hex: invalid byte: U+%04X '%c'", name, (int) c, c));
      }
    }
    if (digits.length() % 2 != 0) {
      throw Refusals.invalid(name + "encoding/hex: odd length hex string");
    }
    if (digits.length() != EUI_DIGITS) {
      throw Refusals.invalid(name + "lorawan: exactly 8 bytes are expected");
    }
    return digits.toLowerCase(Locale.ROOT);
  }

  /**
   * A UUID in lower case.
   *
   * @param refusal the status of a text that is none, with what stands before its text
   */
  static String uuid(Status refusal, String text) {
    if (text.length() != UUID_LENGTH) {
      String name = refusal.getDescription() == null ? "" : refusal.getDescription();
      throw refusal
          .withDescription(name + "uuid: incorrect UUID length: " + text)
          .asRuntimeException();
    }
    return text.toLowerCase(Locale.ROOT);
  }

  static StatusRuntimeException doesNotExist() {
    return Status.NOT_FOUND.withDescription("object does not exist").asRuntimeException();
  }
}
