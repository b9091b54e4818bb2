package io.github.chirpconnect.warehouse;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.it.SmallNetwork;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.warehouse.confluent.ConfluentPlugin;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Confluent's Avro converter on a worker, all records in one topic. */
@Tag("warehouses")
@Timeout(400)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConfluentIT {
  private static final Duration PATIENCE = Duration.ofSeconds(150);
  private static final Set<String> EACH_SCHEMA =
      Set.of("Device", "JoinEvent", "UplinkEvent", "Measurement");

  private Simulator chirpStack;
  private SmallNetwork network;
  private SchemaRegistry registry;
  private Site site;

  @BeforeAll
  void start() {
    Path plugin = ConfluentPlugin.directory();
    chirpStack = Simulator.builder().empty().start();
    network = new SmallNetwork(chirpStack, 3);
    registry = SchemaRegistry.start();
    registry.compatibility("BACKWARD");
    site = Site.with(plugin);
    network.uplinks(2);
  }

  @AfterAll
  void close() {
    if (site != null) {
      site.close();
      registry.close();
      chirpStack.close();
    }
  }

  private ConnectorFile source(String topic) {
    return Site.source("clickhouse-source.json", chirpStack)
        .named(topic)
        .at("value.format", "struct")
        .at("value.converter", "io.confluent.connect.avro.AvroConverter")
        .with("value.converter.schema.registry.url", registry.confluentUrl())
        .with("topic.template", topic);
  }

  @Test
  void eachSchemaHasASubjectOfItsOwn() {
    site.run(
        source("lorawan")
            .with(
                "value.converter.value.subject.name.strategy",
                "io.confluent.kafka.serializers.subject.TopicRecordNameStrategy"));
    List<GenericRecord> records =
        new AvroTopic("lorawan", site.broker().bootstrapServers(), registry)
            .await(PATIENCE, read -> names(read).containsAll(EACH_SCHEMA));
    assertThat(records)
        .extracting(record -> record.get("dev_eui").toString())
        .allMatch(network.devEuis()::contains);
    List<String> subjects = new ArrayList<>();
    registry.get("/subjects").forEach(subject -> subjects.add(subject.asText()));
    assertThat(subjects)
        .containsAll(
            EACH_SCHEMA.stream().map(name -> "lorawan-io.github.chirpconnect." + name).toList());
  }

  private static Set<String> names(List<GenericRecord> records) {
    return records.stream().map(record -> record.getSchema().getName()).collect(Collectors.toSet());
  }
}
