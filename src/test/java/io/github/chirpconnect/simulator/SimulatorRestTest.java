package io.github.chirpconnect.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.chirpconnect.golden.Json;
import io.github.chirpconnect.simulator.network.Network;
import io.github.chirpconnect.simulator.time.ManualTime;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the recordings do not show of v3 over REST. */
class SimulatorRestTest {
  private final ManualTime time = new ManualTime(Instant.parse("2026-11-24T12:00:00Z"));
  private final Simulator simulator = SimulatedServer.V3_REST.builder().time(time).start();
  private final Network network = simulator.network();
  private final String device = network.devEuis().get(0);
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @AfterEach
  void close() {
    simulator.close();
  }

  @Test
  void streamsLiveEventsUntilTheClientHangsUp() throws Exception {
    CompletableFuture<HttpResponse<InputStream>> answer = events();
    Client.soon(() -> simulator.observations().eventPool().inUse() == 1);
    assertThat(answer).isNotDone();
    network.uplink(device, 10, new byte[] {1});
    try (BufferedReader lines = lines(answer)) {
      assertThat(Json.read(lines.readLine()).at("/result/type").asText()).isEqualTo("join");
      assertThat(Json.read(lines.readLine()).at("/result/type").asText()).isEqualTo("up");
    }
    Client.soon(() -> simulator.observations().eventPool().inUse() == 0);
    assertThat(simulator.observations().openStreams()).isZero();
  }

  @Test
  void endsStreamsCleanlyWhenRedisGoesAndNotWhenTheServerDoes() throws Exception {
    network.uplink(device, 10, new byte[] {1});
    try (BufferedReader lines = lines(events())) {
      lines.readLine();
      lines.readLine();
      simulator.faults().stopRedis();
      time.advance(Duration.ofSeconds(1));
      assertThat(lines.readLine()).isNull();
    }
    CompletableFuture<HttpResponse<InputStream>> empty = events();
    Client.soon(
        () -> {
          time.advance(Duration.ofSeconds(1));
          return empty.isDone();
        });
    assertThat(empty.get().statusCode()).isEqualTo(200);
    assertThat(empty.get().body().readAllBytes()).isEmpty();

    simulator.faults().startRedis();
    network.uplink(device, 10, new byte[] {1});
    try (BufferedReader lines = lines(events())) {
      lines.readLine();
      simulator.stop();
      assertThatThrownBy(lines::readLine).isInstanceOf(IOException.class);
    }
    simulator.start();
    assertThat(get("/api/internal/settings", "none", "none").statusCode()).isEqualTo(200);
  }

  @Test
  void takesOneOfTwoAuthorizationHeadersByChance() throws Exception {
    Set<Integer> statuses = new HashSet<>();
    for (int i = 0; i < 40; i++) {
      statuses.add(get("/api/gateway-profiles", simulator.adminKey(), "not-a-token").statusCode());
    }
    assertThat(statuses).containsExactlyInAnyOrder(200, 401);
  }

  private HttpResponse<String> get(String path, String key, String other) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(simulator.url() + path))
            .header("Grpc-Metadata-Authorization", "Bearer " + key)
            .header("Authorization", "Bearer " + other)
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private CompletableFuture<HttpResponse<InputStream>> events() {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(simulator.url() + "/api/devices/" + device + "/events"))
            .header("Authorization", "Bearer " + simulator.adminKey())
            .build();
    return client.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream());
  }

  private static BufferedReader lines(CompletableFuture<HttpResponse<InputStream>> answer)
      throws Exception {
    return new BufferedReader(new InputStreamReader(answer.get().body(), StandardCharsets.UTF_8));
  }
}
