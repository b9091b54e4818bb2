package io.github.chirpconnect.api.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.api.ChirpStacks;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.config.SourceConfig;
import io.github.chirpconnect.feed.Generation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The same questions over REST, and the answers that REST interfaces give to them. */
@Timeout(30)
class DetectionOverRestIT {
  private static final String JSON = "application/json";

  private final List<String> withToken = new CopyOnWriteArrayList<>();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void on(String path, int status, String type, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    server.createContext(
        path,
        exchange -> {
          if (exchange.getRequestHeaders().keySet().stream()
              .anyMatch(
                  name -> name.toLowerCase(java.util.Locale.ROOT).contains("authorization"))) {
            withToken.add(exchange.getRequestURI().getPath());
          }
          exchange.getResponseHeaders().set("Content-Type", type);
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }

  @Test
  void aServerOfV3IsOne() throws Exception {
    String refusal =
        "authentication failed: get token from context error: no authorization-data in metadata";
    on("/", 404, "text/plain; charset=utf-8", "Not Found\n");
    on(
        "/api/organizations",
        401,
        JSON,
        "{\"error\":\""
            + refusal
            + "\",\"code\":16,\"message\":\""
            + refusal
            + "\",\"details\":[]}");
    on("/api/gateway-profiles", 200, JSON, "{\"totalCount\":\"0\",\"result\":[]}");

    assertThat(generation()).isEqualTo(Generation.V3);
    assertThat(withToken).containsExactly("/api/gateway-profiles");
  }

  @Test
  void aServerOfV4IsOne() throws Exception {
    on("/", 404, JSON, "{\"code\":5,\"message\":\"Not Found\",\"details\":[]}");
    on(
        "/api/tenants",
        401,
        JSON,
        "{\"code\":16,\"message\":\"no authorization provided\",\"details\":[]}");
    on("/api/device-profiles/adr-algorithms", 200, JSON, "{\"totalCount\":0,\"result\":[]}");

    assertThat(generation()).isEqualTo(Generation.V4);
    assertThat(withToken).containsExactly("/api/device-profiles/adr-algorithms");
  }

  @Test
  void aServerOfV3ThatIsStartingIsAskedAgain() {
    on("/", 501, "text/plain; charset=utf-8", "not implemented\n");

    assertThat(failure().kind()).isEqualTo(FailureKind.TRANSIENT);
  }

  @Test
  void anotherWebServerIsNone() {
    on("/", 404, "text/html", "<html>no such page</html>");

    assertThat(failure().kind()).isEqualTo(FailureKind.WRONG_SERVER);
  }

  private Generation generation() throws Exception {
    try (ChirpStack chirpStack = connect()) {
      chirpStack.probe().toCompletableFuture().get(20, TimeUnit.SECONDS);
      return chirpStack.generation();
    }
  }

  private ApiException failure() {
    try (ChirpStack chirpStack = connect()) {
      return (ApiException)
          catchThrowableOfType(
                  ExecutionException.class,
                  () -> chirpStack.probe().toCompletableFuture().get(20, TimeUnit.SECONDS))
              .getCause();
    }
  }

  private ChirpStack connect() {
    return ChirpStacks.connect(
        new SourceConfig(
                Map.of(
                    "chirpstack.url",
                    "http://127.0.0.1:" + server.getAddress().getPort(),
                    "chirpstack.token",
                    "eyJh.eyJz.c2ln"))
            .connection());
  }
}
