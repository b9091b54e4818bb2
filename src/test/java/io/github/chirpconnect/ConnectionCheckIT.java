package io.github.chirpconnect;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.simulator.SimulatedServer;
import io.github.chirpconnect.simulator.Simulator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.connect.connector.Connector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a user of Connect's REST interface is told of a server when a connector is configured. */
@Timeout(120)
@ParameterizedClass
@EnumSource
class ConnectionCheckIT {
  private static final String URL = "chirpstack.url";

  private final SimulatedServer server;

  ConnectionCheckIT(SimulatedServer server) {
    this.server = server;
  }

  @Test
  void aPageOfAProxyIsAnErrorWithItsRemedy() {
    try (Simulator chirpStack = server.builder().start()) {
      Map<String, String> good = Map.of(URL, chirpStack.url(), "feeds", "devices");
      assertThat(source(chirpStack, good)).isEmpty();
      assertThat(sink(chirpStack, good)).isEmpty();

      chirpStack.faults().showPages(404, "text/plain", "404 page not found");
      assertThat(source(chirpStack, good).get(URL))
          .contains("HTTP 404, text/plain: '404 page not found'")
          .contains("route");
      chirpStack.faults().showPages(400, "text/html", "<title>400 Bad Request</title>");
      assertThat(sink(chirpStack, good).get(URL)).contains("'400 Bad Request'");
      chirpStack.faults().showPages(403, "text/html", "<title>403 Forbidden</title>");
      assertThat(source(chirpStack, good).get(URL)).contains("a proxy before ChirpStack refuses");
      chirpStack.faults().showPages(502, "text/html", "<title>502 Bad Gateway</title>");
      assertThat(source(chirpStack, good).get(URL))
          .contains("'502 Bad Gateway'")
          .contains("validate.connection=false");
      chirpStack
          .faults()
          .showPages(400, "text/html", "<title>400 No required SSL certificate was sent</title>");
      assertThat(sink(chirpStack, good))
          .containsOnlyKeys("chirpstack.ssl.keystore.location")
          .hasEntrySatisfying(
              "chirpstack.ssl.keystore.location",
              e -> assertThat(e).contains("No required SSL certificate was sent"));

      chirpStack.faults().endPages();
      assertThat(source(chirpStack, good)).isEmpty();
    }
  }

  @Test
  void aServerThatIsAwayIsNoErrorAndAWrongAddressIs() {
    try (Simulator chirpStack = server.builder().start()) {
      String url = chirpStack.url();
      chirpStack.stop();
      assertThat(source(chirpStack, Map.of(URL, url))).isEmpty();
      chirpStack.start();

      String scheme = server.isRest() ? "http" : "grpc";
      assertThat(source(chirpStack, Map.of(URL, scheme + "s://" + address(chirpStack))))
          .hasEntrySatisfying(URL, e -> assertThat(e).contains("does not speak TLS"));
      assertThat(source(chirpStack, Map.of(URL, scheme + "://nobody.invalid")))
          .hasEntrySatisfying(
              URL, e -> assertThat(e).contains("does not resolve").contains("validate.connection"));
    }
  }

  /** The port is right, and speaks gRPC alone. */
  @Test
  void theOtherInterfacesAddressIsTold() {
    try (Simulator chirpStack = server.builder().start()) {
      String other = server.isRest() ? "grpc" : "http";
      String url = other + "://" + address(chirpStack);
      assertThat(source(chirpStack, Map.of(URL, url)))
          .hasEntrySatisfying(
              URL,
              e ->
                  assertThat(e)
                      .contains(
                          server.isRest() ? "does not speak gRPC" : "does not speak HTTP/1.1"));
    }
  }

  @Test
  void theWrongGenerationIsAnErrorOfTheVersion() {
    try (Simulator chirpStack = server.builder().start()) {
      String wrong = server.generation() == Generation.V4 ? "v3" : "v4";
      Map<String, String> changes = new HashMap<>();
      changes.put(URL, chirpStack.url());
      changes.put("chirpstack.api.version", wrong);
      changes.put("feeds", "devices");
      assertThat(source(chirpStack, changes)).containsOnlyKeys("chirpstack.api.version");
    }
  }

  private static String address(Simulator server) {
    return server.url().replaceFirst("^[a-z]+://", "");
  }

  private static Map<String, String> source(Simulator server, Map<String, String> changes) {
    return errors(new ChirpStackSourceConnector(), server, changes);
  }

  private static Map<String, String> sink(Simulator server, Map<String, String> changes) {
    Map<String, String> own = new HashMap<>(changes);
    own.remove("feeds");
    own.put("topics", "commands");
    return errors(new ChirpStackSinkConnector(), server, own);
  }

  private static Map<String, String> errors(
      Connector connector, Simulator server, Map<String, String> changes) {
    Map<String, String> properties = new HashMap<>();
    properties.put("name", "it");
    properties.put("connector.class", connector.getClass().getName());
    properties.put("chirpstack.token", server.adminKey());
    properties.putAll(changes);
    Map<String, String> errors = new TreeMap<>();
    connector
        .validate(properties)
        .configValues()
        .forEach(
            value -> {
              if (!value.errorMessages().isEmpty()) {
                errors.put(value.name(), String.join("; ", value.errorMessages()));
              }
            });
    return errors;
  }
}
