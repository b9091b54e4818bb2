package io.github.chirpconnect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.chirpconnect.config.SourceConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.ConnectorTransactionBoundaries;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
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
}
