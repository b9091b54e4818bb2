package io.github.chirpconnect.sink.memory;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.TopicPartition;

/**
 * The place of a command, as the key of its outcomes names it. What others write into the same
 * topic has other keys, so most of their records need not be parsed.
 */
record CommandPlace(TopicPartition partition, long offset) {
  private static final Pattern NAME = Pattern.compile("(.+)-(\\d{1,9})-(\\d{1,18})");

  /** Empty if the key names no place. */
  static Optional<CommandPlace> of(byte[] key) {
    if (key == null) {
      return Optional.empty();
    }
    Matcher name = NAME.matcher(new String(key, StandardCharsets.UTF_8));
    return name.matches()
        ? Optional.of(
            new CommandPlace(
                new TopicPartition(name.group(1), Integer.parseInt(name.group(2))),
                Long.parseLong(name.group(3))))
        : Optional.empty();
  }
}
