package io.github.chirpconnect.config;

import static io.github.chirpconnect.config.Validated.sink;
import static io.github.chirpconnect.config.Validated.source;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyNamesTest {
  private static final List<String> OF_CONNECT =
      List.of(
          "config.action.reload",
          "connector.class",
          "connector.plugin.version",
          "errors.deadletterqueue.context.headers.enable",
          "errors.deadletterqueue.topic.name",
          "errors.deadletterqueue.topic.replication.factor",
          "errors.log.enable",
          "errors.log.include.messages",
          "errors.retry.delay.max.ms",
          "errors.retry.timeout",
          "errors.tolerance",
          "exactly.once.support",
          "header.converter",
          "header.converter.plugin.version",
          "key.converter",
          "key.converter.plugin.version",
          "name",
          "offsets.storage.topic",
          "predicates",
          "tasks.max",
          "tasks.max.enforce",
          "topic.creation.groups",
          "topics",
          "topics.regex",
          "transaction.boundary",
          "transaction.boundary.interval.ms",
          "transforms",
          "value.converter",
          "value.converter.plugin.version");

  @ParameterizedTest
  @CsvSource({
    "rate.limit.per.seconds, rate.limit.per.second",
    "rate.limit.per.sec, ", // Too far away to say what is meant.
    "max.inflight, max.in.flight",
    "command.max.age, command.max.age.ms",
    "command_max_age_ms, command.max.age.ms",
    "Command.Window, command.window",
    "commands.window, command.window",
    "device.queue.maximum, ",
    "tombstones, tombstone",
    "indoubt, in.doubt",
    "errors.deadletterqueue.topic, errors.deadletterqueue.topic.name",
    "errors.deadletterqueue.context.headers.enabled, errors.deadletterqueue.context.headers.enable",
    "error.tolerance, errors.tolerance",
    "outcome.topics, outcome.topic",
    "outcome.bootstrap.server, outcome.bootstrap.servers",
    "outcome.producers.acks, docs/configuration.md",
    "chirpstack.tokens, chirpstack.token",
    "chirpstack.ur1, chirpstack.url",
    "chirpstack.server, docs/configuration.md",
    "chirpstack.ssl.truststore.loction, chirpstack.ssl.truststore.location",
    "ssl.truststore.location, chirpstack.ssl.truststore.location",
    "token, chirpstack.token",
    "url, ",
    "feed, ",
  })
  void aMisspeltKeyOfTheSinkIsRefusedWithTheOneThatIsMeant(String key, String meant) {
    assertIsRefused(sink(Map.of(key, "x")), key, meant);
  }

  @ParameterizedTest
  @CsvSource({
    "feed, feeds",
    "Feeds, feeds",
    "topics.prefix, topic.prefix",
    "topic, topic.prefix or topic.template",
    "device.stream.max, device.streams.max",
    "chirpstack.tenant.id, chirpstack.tenant.ids",
    "inventory.interval, inventory.interval.ms",
    "inventory.delete.max.shares, inventory.delete.max.share",
    "value.formats, value.format",
    "delete, deletes",
    "include.secret, include.secrets",
    "validate.connections, validate.connection",
    "keyformat, key.format",
  })
  void aMisspeltKeyOfTheSourceIsRefusedWithTheOneThatIsMeant(String key, String meant) {
    assertIsRefused(source(Map.of(key, "x")), key, meant);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "_comment",
        "confluent.topic.bootstrap.servers",
        "consumer.override.isolation.level",
        "producer.override.acks",
        "errors.new.in.a.later.kafka",
        "internal.probe.interval.ms",
        "key.converter.schemas.enable",
        "outcome.consumer.interceptor.x",
        "outcome.producer.acks",
        "outcome.value.converter.schema.registry.url",
        "predicates.p.pattern",
        "topic.creation.default.partitions",
        "transforms.feeds.type",
        "value.converter.schema.registry.url",
      })
  void whatMayBeMeantForOthersIsLeftAlone(String key) {
    assertThat(source(Map.of(key, "all"))).doesNotContainKey(key);
    assertThat(sink(Map.of(key, "all"))).doesNotContainKey(key);
  }

  /** The source and the sink of one server are often given the same keys. */
  @Test
  void keysOfTheOtherConnectorAreLeftAlone() {
    for (String key : SourceConfig.DEF.names()) {
      assertThat(sink(Map.of(key, "?")).getOrDefault(key, "")).doesNotContain("nobody reads it");
    }
    for (String key : SinkConfig.DEF.names()) {
      assertThat(source(Map.of(key, "?")).getOrDefault(key, "")).doesNotContain("nobody reads it");
    }
  }

  @Test
  void noKeyOfConnectLooksLikeOneOfOurs() {
    for (String key : OF_CONNECT) {
      assertThat(sink(Map.of(key, "1")).getOrDefault(key, "")).doesNotContain("nobody reads it");
      assertThat(source(Map.of(key, "1")).getOrDefault(key, "")).doesNotContain("nobody reads it");
    }
  }

  private static void assertIsRefused(Map<String, String> errors, String key, String meant) {
    if (meant == null) {
      assertThat(errors).isEmpty();
    } else {
      assertThat(errors).containsOnlyKeys(key);
      assertThat(errors.get(key)).contains("nobody reads it").contains(meant);
    }
  }
}
