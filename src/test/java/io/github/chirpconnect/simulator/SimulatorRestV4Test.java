package io.github.chirpconnect.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.chirpconnect.golden.Json;
import io.github.chirpconnect.simulator.network.Network;
import io.github.chirpconnect.simulator.time.ManualTime;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the recordings do not show of v4 behind its proxy. */
class SimulatorRestV4Test {
  private final ManualTime time = new ManualTime(Instant.parse("2026-11-24T12:00:00Z"));
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private Simulator simulator = SimulatedServer.V4_REST.builder().time(time).start();

  @AfterEach
  void close() {
    simulator.close();
  }

  @Test
  void takesRelayGatewaysForNoGateway() throws Exception {
    String tenant = simulator.network().tenantIds().get(0);
    simulator.network().relayStats(tenant, "01020304");

    JsonNode answer = get(200, "/api/gateways/relay-gateways?limit=10&tenantId=" + tenant);
    assertThat(answer.path("totalCount").asInt()).isEqualTo(1);
    assertThat(answer.at("/result/0/relayId").asText()).isEqualTo("01020304");
    assertThat(answer.at("/result/0/state").asText()).isEqualTo("ONLINE");
    String gateway = simulator.network().gatewayIds().get(0);
    assertThat(get(200, "/api/gateways/" + gateway).at("/gateway/statsInterval").asInt())
        .isEqualTo(30);
  }

  @Test
  void readsThePeriodOfMetrics() throws Exception {
    Network network = simulator.network();
    String device = network.devEuis().get(0);
    network.uplink(device, 10, new byte[7]);

    JsonNode answer =
        get(
            200,
            "/api/devices/"
                + device
                + "/link-metrics?aggregation=DAY&start=2026-11-23T00%3A00%3A00Z&end=2026-11-24T12%3A00%3A00Z");
    assertThat(answer.at("/rxPackets/timestamps/0").asText()).isEqualTo("2026-11-23T00:00:00Z");
    assertThat(answer.at("/rxPackets/datasets/0/data").toString()).isEqualTo("[0,1]");
    get(500, "/api/devices/" + device + "/link-metrics?aggregation=DAY");
    get(400, "/api/devices/" + device + "/link-metrics?start=yesterday");
  }

  @Test
  void leavesOutWhatTheProxyOrTheServerDoesNotHaveYet() throws Exception {
    JsonNode newest = get(200, "/api/gateways?limit=1").at("/result/0");
    assertThat(newest.has("state")).isTrue();
    assertThat(newest.has("downlinkPriority")).isFalse();
    simulator.close();
    simulator =
        SimulatedServer.V4_REST.builder().time(new ManualTime(time.now())).version("4.1").start();

    assertThat(get(200, "/api/gateways?limit=1").at("/result/0").has("state")).isFalse();
    get(501, "/api/gateways/relay-gateways");
  }

  private JsonNode get(int status, String path) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(simulator.url() + path))
            .header("Grpc-Metadata-Authorization", "Bearer " + simulator.adminKey())
            .build();
    HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return Json.read(answer.body());
  }
}
