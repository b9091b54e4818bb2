package io.github.chirpconnect.it.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.harness.connect.ConnectRefusal;
import io.github.chirpconnect.it.Logs;
import io.github.chirpconnect.it.SmallNetwork;
import io.github.chirpconnect.it.SourceUnderTest;
import io.github.chirpconnect.simulator.SimulatedServer;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.redis.History;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Offsets in the hands of an operator, over Connect's REST interface. */
@Timeout(120)
@ParameterizedClass
@EnumSource
class OffsetsIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SimulatedServer server;
  private final Simulator chirpStack;
  private final SmallNetwork network;
  private final String device;
  private final SourceUnderTest source;

  OffsetsIT(SimulatedServer server) {
    this.server = server;
    chirpStack = server.builder().empty().history(History.exactly(100)).start();
    network = new SmallNetwork(chirpStack, 3);
    device = network.devEuis().get(1);
    source = new SourceUnderTest(chirpStack);
  }

  @AfterEach
  void tearDown() {
    source.close();
    chirpStack.close();
  }

  @Test
  void aDeviceWhoseOffsetIsForgottenIsReadAgain() {
    assumeThat(server.hasStreams()).isTrue();
    network.uplinks(2);
    source.start();
    source.awaitLogs();
    source.client().stop(source.name());
    assertThat(source.client().offsets(source.name()))
        .extracting(offset -> offset.path("partition").path("dev_eui").asText(""))
        .contains(device);

    source.client().alterOffsets(source.name(), List.of(offset(device, null)));
    List<Logs.Entry> expected = new ArrayList<>(Logs.of(chirpStack, device));
    // Read again once this has come: of each log, what was before it.
    network.uplinks(1);
    expected.addAll(Logs.of(chirpStack));
    source.client().resume(source.name());
    source.awaitEachEntry();
    source.awaitTwoWalks();
    assertThat(Logs.in(source.records())).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void aConnectorWhoseOffsetsAreResetReadsAllAgain() {
    network.uplinks(2);
    source.start();
    source.awaitLogs();
    source.await("the devices", all -> all.size() == Logs.in(all).size() + 3);
    int once = source.records().size();
    source.client().stop(source.name());

    source.client().resetOffsets(source.name());
    source.client().resume(source.name());
    source.await("everything once more", all -> all.size() >= 2 * once);
    source.awaitTwoWalks();
    assertThat(source.records()).hasSize(2 * once);
  }

  @Test
  void whatIsNoOffsetIsRefusedByName() {
    source.start();
    source.client().stop(source.name());
    assertThatThrownBy(
            () ->
                source
                    .client()
                    .alterOffsets(source.name(), List.of(offset(device, "1792871530513-0"))))
        .isInstanceOfSatisfying(
            ConnectRefusal.class, refusal -> assertThat(refusal.status()).isEqualTo(400))
        .hasMessageContaining(device)
        .hasMessageContaining("events '1792871530513-0' is not a list of log entry ids");
    assertThatThrownBy(
            () ->
                source
                    .client()
                    .alterOffsets(source.name(), List.of(offset("0A0B0C0D00000002", null))))
        .isInstanceOf(ConnectRefusal.class)
        .hasMessageContaining("dev_eui must be 16 lower-case hex digits");
  }

  /**
   * @param events of the event log; null to forget the device
   */
  private static JsonNode offset(String devEui, String events) {
    ObjectNode offset = JSON.createObjectNode();
    offset.putObject("partition").put("dev_eui", devEui);
    if (events == null) {
      offset.putNull("offset");
    } else {
      offset.putObject("offset").put("events", events);
    }
    return offset;
  }
}
