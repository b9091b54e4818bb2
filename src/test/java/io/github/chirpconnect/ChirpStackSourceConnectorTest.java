package io.github.chirpconnect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.chirpconnect.channel.CapturedLog;
import io.github.chirpconnect.config.SourceConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.ConnectorTransactionBoundaries;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.Test;

class ChirpStackSourceConnectorTest {
  private final ChirpStackSourceConnector connector = new ChirpStackSourceConnector();
  private final Map<String, String> properties =
      new HashMap<>(
          Map.of("chirpstack.url", "localhost:8080", "chirpstack.token", "eyJh.eyJz.c2ln"));

  @Test
  void eachTaskKnowsItsPlaceAndAllThatTheUserSaid() {
    properties.put("errors.tolerance", "all");
    connector.start(properties);
    List<Map<String, String>> tasks = connector.taskConfigs(3);
    assertThat(tasks)
        .hasSize(3)
        .allSatisfy(task -> assertThat(task).containsAllEntriesOf(properties));
    assertThat(tasks)
        .extracting(task -> new SourceConfig(task).taskIndex())
        .containsExactly(0, 1, 2);
    assertThat(tasks).extracting(task -> new SourceConfig(task).taskCount()).containsOnly(3);
  }

  @Test
  void noMoreTasksThanBuckets() {
    connector.start(properties);
    assertThat(connector.taskConfigs(1_000)).hasSize(256);
  }

  @Test
  void noMoreTasksThanStreamsToShare() {
    properties.put("device.streams.max", "6");
    properties.put("feeds", "device-events,device-frames");
    connector.start(properties);
    assertThat(connector.taskConfigs(10)).hasSize(3);
    properties.put("device.streams.max", "1");
    connector.start(properties);
    assertThat(connector.taskConfigs(10)).hasSize(1);
    properties.put("feeds", "devices");
    connector.start(properties);
    assertThat(connector.taskConfigs(10)).hasSize(10);
  }

  @Test
  void ofV3NoMoreTasksThanStreamsOfEachLog() {
    properties.put("chirpstack.api.version", "v3");
    connector.start(properties);
    assertThat(connector.taskConfigs(10)).hasSize(4);
    properties.put("feeds", "device-events,device-frames");
    connector.start(properties);
    assertThat(connector.taskConfigs(10)).hasSize(2);
    properties.put("device.frame.streams.max", "3");
    connector.start(properties);
    assertThat(connector.taskConfigs(10)).hasSize(3);
    properties.put("chirpstack.api.version", "auto");
    connector.start(properties);
    assertThat(connector.taskConfigs(10)).as("it may be a v4").hasSize(10);
  }

  @Test
  void deliversExactlyOnceWhereTheWorkerDoes() {
    assertThat(connector.exactlyOnceSupport(properties)).isEqualTo(ExactlyOnceSupport.SUPPORTED);
    assertThat(connector.canDefineTransactionBoundaries(properties))
        .isEqualTo(ConnectorTransactionBoundaries.UNSUPPORTED);
  }

  @Test
  void offsetsCanBeAlteredToWhatItCouldHaveWritten() {
    Map<String, ?> device = Map.of("dev_eui", "0101010101010101");
    assertThat(connector.alterOffsets(properties, Map.of(device, Map.of("events", "1:rs"))))
        .isTrue();
    assertThatThrownBy(
            () -> connector.alterOffsets(properties, Map.of(device, Map.of("event", "1:rs"))))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("event is not a field");
  }

  @Test
  void refusesToStartWithAConfigurationThatNoTaskCouldUse() {
    properties.put("feeds", "weather");
    assertThatThrownBy(() -> connector.start(properties))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("feeds");
  }

  @Test
  void aTemplateThatMakesNoTopicsIsRefusedByItsKey() {
    assertThat(errors("topic.template", "${prefix}.${tenant}.${topic}"))
        .singleElement()
        .asString()
        .contains("${tenant}", "${tenant_id}", "${application_name}");
    assertThat(errors("topic.template", "${prefix}.${topic")).hasSize(1);
    assertThat(errors("topic.template", "${prefix} ${topic}")).hasSize(1);
    assertThat(errors("topic.template", "..")).hasSize(1);
    assertThat(errors("topic.template", "")).hasSize(1);
    assertThat(errors("topic.template", "${prefix}.${tenant_name}.${topic}")).isEmpty();
    assertThat(errors("topic.template", "everything")).isEmpty();
    properties.put("topic.template", "${nothing}");
    assertThatThrownBy(() -> connector.start(properties))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("topic.template");
  }

  @Test
  void formsThatDoNotExistAreRefused() {
    assertThat(errors("key.format", "json"))
        .singleElement()
        .asString()
        .contains("string, struct, row");
    assertThat(errors("deletes", "none"))
        .singleElement()
        .asString()
        .contains("tombstone, record, both");
    assertThat(errors("key.format", "struct")).isEmpty();
    assertThat(errors("deletes", "both")).isEmpty();
  }

  @Test
  void columnsOfTheObjectAreCheckedAgainstThoseThatAreThere() {
    properties.put("value.format", "flat");
    assertThat(errors("object.columns", "temperature:float64,time=taken_at:string"))
        .singleElement()
        .asString()
        .contains("column 'time' already", "write");
    assertThat(errors("object.columns", "temperature:float64")).isEmpty();
    properties.put("feeds", "nonsense");
    assertThat(errors("object.columns", "temperature:double"))
        .singleElement()
        .asString()
        .contains("float64");
    properties.remove("feeds");
    properties.put("object.columns", "time:string");
    assertThatThrownBy(() -> connector.start(properties))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("object.columns flat records have a column 'time' already");
  }

  @Test
  void whatMayGoWrongLaterIsSaidAtOnce() {
    properties.put("feeds", "devices,device-events");
    assertThat(warnings("${prefix}.${topic}")).isEmpty();
    assertThat(warnings("${prefix}.${tenant_id}.${topic}")).isEmpty();
    assertThat(warnings("${tenant_name}.${topic}"))
        .singleElement()
        .asString()
        .contains("topic.template has names");
    assertThat(warnings("all")).singleElement().asString().contains("Do not compact");
    properties.put("feeds", "devices");
    assertThat(warnings("all")).isEmpty();
  }

  private List<String> warnings(String template) {
    try (CapturedLog log = new CapturedLog(Level.WARN)) {
      assertThat(errors("topic.template", template)).isEmpty();
      return log.lines().stream().filter(line -> line.contains("topic.template")).toList();
    }
  }

  private List<String> errors(String key, String value) {
    Map<String, String> changed = new HashMap<>(properties);
    changed.put("validate.connection", "false");
    changed.put(key, value);
    return connector.validate(changed).configValues().stream()
        .filter(one -> one.name().equals(key))
        .flatMap(one -> one.errorMessages().stream())
        .toList();
  }
}
