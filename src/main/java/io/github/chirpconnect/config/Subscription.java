package io.github.chirpconnect.config;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the consumers of a sink connector read, which Connect makes of keys of its own.
 *
 * @param topics empty if {@code pattern} is given
 * @param group of the consumers
 */
public record Subscription(Set<String> topics, Optional<Pattern> pattern, String group) {

  /**
   * @throws java.util.regex.PatternSyntaxException for a pattern that Connect would refuse as well
   */
  static Subscription of(Map<String, String> properties) {
    String topics = properties.getOrDefault("topics", "");
    String regex = properties.getOrDefault("topics.regex", "");
    String name = properties.getOrDefault("name", "");
    return new Subscription(
        Arrays.stream(topics.split(",", -1))
            .map(String::strip)
            .filter(topic -> !topic.isEmpty())
            .collect(Collectors.toUnmodifiableSet()),
        regex.isBlank() ? Optional.empty() : Optional.of(Pattern.compile(regex)),
        properties.getOrDefault("consumer.override.group.id", "connect-" + name));
  }
}
