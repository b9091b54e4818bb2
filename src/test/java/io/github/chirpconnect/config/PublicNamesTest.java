package io.github.chirpconnect.config;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;

/**
 * Names and defaults that pipelines and dashboards are built on. What is written here is a promise:
 * a name is added, never renamed; a default changes with a major version only.
 */
class PublicNamesTest {
  private static final String REQUIRED = "(required)";

  private static final Map<String, String> CONNECTION =
      Map.ofEntries(
          entry("chirpstack.url", REQUIRED),
          entry("chirpstack.token", "null"),
          entry("chirpstack.token.file", "null"),
          entry("chirpstack.token.grace.ms", "60000"),
          entry("chirpstack.api.version", "auto"),
          entry("chirpstack.authority", "null"),
          entry("chirpstack.keepalive.time.ms", "30000"),
          entry("chirpstack.keepalive.timeout.ms", "10000"),
          entry("chirpstack.request.timeout.ms", "10000"),
          entry("chirpstack.max.message.bytes", "33554432"),
          entry("validate.connection", "true"));

  private static final Map<String, String> SOURCE =
      Map.ofEntries(
          entry("chirpstack.max.streams.per.connection", "100"),
          entry("chirpstack.rest.stream.idle.ms", "300000"),
          entry("chirpstack.tenant.ids", "[]"),
          entry("chirpstack.application.ids", "[]"),
          entry("feeds", "[devices, device-events]"),
          entry("topic.prefix", "chirpstack"),
          entry("topic.template", "${prefix}.${topic}"),
          entry("key.format", "string"),
          entry("deletes", "tombstone"),
          entry("device.streams.max", "null"),
          entry("device.frame.streams.max", "2"),
          entry("chirpstack.redis.pool.size", "null"),
          entry("inventory.interval.ms", "60000"),
          entry("inventory.volatile.fields", "null"),
          entry("gateway.streams.max", "null"),
          entry("activity.gateway.streams.max", "200"),
          entry("measurements.include", "[*]"),
          entry("measurements.exclude", "[]"),
          entry("measurements.max", "100"),
          entry("measurements.radio", "false"),
          entry("inventory.activity", "false"),
          entry("device.queue.interval.ms", "600000"),
          entry("device.queue.calls.per.second", "10"),
          entry("inventory.delete.max.share", "0.2"),
          entry("inventory.forget.after.ms", "2678400000"),
          entry("queue.max.records", "10000"),
          entry("queue.max.bytes", "67108864"),
          entry("poll.max.records", "2000"),
          entry("metrics.aggregation", "[hour]"),
          entry("metrics.calls.per.second", "10"),
          entry("poll.linger.ms", "10"),
          entry("record.max.bytes", "900000"),
          entry("value.format", "struct"),
          entry("flat.json.schema.name", "io.debezium.data.Json"),
          entry("object.columns", ""),
          entry("include.secrets", "false"));

  private static final Map<String, String> SINK =
      Map.ofEntries(
          entry("max.in.flight", "8"),
          entry("rate.limit.per.second", "0.0"),
          entry("device.rate.limit.per.minute", "0"),
          entry("device.queue.max", "0"),
          entry("device.queue.full", "reject"),
          entry("command.window", "null"),
          entry("command.max.age.ms", "600000"),
          entry("retry.timeout.ms", "300000"),
          entry("in.doubt", "inspect"),
          entry("tombstone", "reject"),
          entry("outcome.topic", "null"),
          entry("outcome.bootstrap.servers", "null"),
          entry("outcome.value.converter", "null"));

  private static final List<String> TLS =
      List.of(
          "chirpstack.ssl.cipher.suites",
          "chirpstack.ssl.enabled.protocols",
          "chirpstack.ssl.endpoint.identification.algorithm",
          "chirpstack.ssl.key.password",
          "chirpstack.ssl.keystore.certificate.chain",
          "chirpstack.ssl.keystore.key",
          "chirpstack.ssl.keystore.location",
          "chirpstack.ssl.keystore.password",
          "chirpstack.ssl.keystore.type",
          "chirpstack.ssl.protocol",
          "chirpstack.ssl.truststore.certificates",
          "chirpstack.ssl.truststore.location",
          "chirpstack.ssl.truststore.password",
          "chirpstack.ssl.truststore.type");

  @Test
  void theSourceKeepsItsKeysAndDefaults() {
    assertThat(ownKeys(SourceConfig.DEF)).isEqualTo(both(CONNECTION, SOURCE));
  }

  @Test
  void theSinkKeepsItsKeysAndDefaults() {
    assertThat(ownKeys(SinkConfig.DEF)).isEqualTo(both(CONNECTION, SINK));
  }

  @Test
  void tlsKeysAreKafkasBehindThePrefix() {
    assertThat(SourceConfig.DEF.names()).containsAll(TLS);
    assertThat(SinkConfig.DEF.names()).containsAll(TLS);
  }

  @Test
  void choicesKeepTheirNames() {
    assertThat(SourceConfig.DEF.configKeys().get("feeds").validator.toString())
        .contains("devices", "device-events", "device-frames");
    assertThat(SinkConfig.DEF.configKeys().get("in.doubt").validator.toString())
        .contains("inspect", "resend", "drop");
    assertThat(SinkConfig.DEF.configKeys().get("tombstone").validator.toString())
        .contains("reject", "flush", "ignore");
    assertThat(SourceConfig.DEF.configKeys().get("chirpstack.api.version").validator.toString())
        .contains("auto", "v3", "v4");
  }

  private static Map<String, String> ownKeys(ConfigDef def) {
    Map<String, String> keys = new TreeMap<>();
    def.configKeys().values().stream()
        .filter(key -> !key.name.startsWith("chirpstack.ssl."))
        .forEach(
            key ->
                keys.put(key.name, key.hasDefault() ? String.valueOf(key.defaultValue) : REQUIRED));
    return keys;
  }

  @SafeVarargs
  private static Map<String, String> both(Map<String, String>... parts) {
    Map<String, String> all = new TreeMap<>();
    Arrays.stream(parts).forEach(all::putAll);
    return all;
  }
}
