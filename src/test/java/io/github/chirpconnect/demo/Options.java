package io.github.chirpconnect.demo;

import io.github.chirpconnect.simulator.SimulatedServer;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;

/**
 * What the demonstration's user asked for with {@code -D}.
 *
 * @param server what is simulated where no server is given
 * @param url the user's own server; empty for the simulator
 * @param token an API key of that server; empty for the simulator
 * @param tenantIds as {@code chirpstack.tenant.ids}, which a tenant's key needs
 * @param device the device that may get a downlink; with the simulator any may
 * @param exit ends by itself once all was seen, or after {@link Demo#PATIENCE}
 */
record Options(
    SimulatedServer server,
    Optional<String> url,
    Optional<String> token,
    Optional<String> tenantIds,
    Optional<String> device,
    boolean exit) {
  private static final String SERVER = "demo.server";
  private static final Map<String, SimulatedServer> SERVERS =
      Map.of(
          "v4", SimulatedServer.V4_GRPC,
          "v4-rest", SimulatedServer.V4_REST,
          "v3", SimulatedServer.V3_GRPC,
          "v3-rest", SimulatedServer.V3_REST);
  private static final String URL = "chirpstack.url";
  private static final String TOKEN = "chirpstack.token";
  private static final String TENANT_IDS = "chirpstack.tenant.ids";
  private static final String DEVICE = "demo.device";
  private static final String EXIT = "demo.exit";
  private static final int SIMULATED_KINDS = 5;
  private static final Pattern EUI = Pattern.compile("[0-9a-f]{16}");

  /**
   * @throws DemoFailure when they make no sense together
   */
  static Options of(Properties properties) {
    Options options =
        new Options(
            server(properties),
            given(properties, URL),
            given(properties, TOKEN),
            given(properties, TENANT_IDS),
            given(properties, DEVICE).map(eui -> eui.toLowerCase(Locale.ROOT)),
            Boolean.parseBoolean(properties.getProperty(EXIT)));
    options.check();
    return options;
  }

  /** Whether a downlink may be sent: to any simulated device, to a real one only when named. */
  boolean maySend() {
    return url.isEmpty() || device.isPresent();
  }

  /**
   * How many kinds of event are to be seen: many of the simulator, which makes them; of the user's
   * own server any, for who knows what happens there within minutes.
   */
  int kindsOfEvent() {
    return url.isEmpty() ? SIMULATED_KINDS : 1;
  }

  private static SimulatedServer server(Properties properties) {
    Optional<String> name = given(properties, SERVER);
    if (name.isPresent() && given(properties, URL).isPresent()) {
      throw new DemoFailure(
          "-D%s says what to simulate; what your own server is, is found out: leave it out."
              .formatted(SERVER));
    }
    SimulatedServer server = SERVERS.get(name.orElse("v4"));
    if (server == null) {
      throw new DemoFailure("-D%s=%s is none of v4, v3 and v3-rest.".formatted(SERVER, name.get()));
    }
    if (!server.hasStreams()) {
      throw new DemoFailure(
          "Before a v4, REST has no streams, so no events to show: -D%s takes v4, v3 or v3-rest."
              .formatted(SERVER));
    }
    return server;
  }

  private void check() {
    if (url.isPresent() && token.isEmpty()) {
      throw new DemoFailure("Your server needs an API key: add -D%s=<API key>.".formatted(TOKEN));
    }
    if (url.isEmpty() && token.isPresent()) {
      throw new DemoFailure("An API key of which server? Add -D%s=<host:port>.".formatted(URL));
    }
    device
        .filter(eui -> !EUI.matcher(eui).matches())
        .ifPresent(
            eui -> {
              throw new DemoFailure(
                  "-D%s=%s is no DevEUI; write its 16 hex digits.".formatted(DEVICE, eui));
            });
  }

  /** Maven hands over options that were not given as empty ones. */
  private static Optional<String> given(Properties properties, String name) {
    return Optional.ofNullable(properties.getProperty(name))
        .map(String::strip)
        .filter(value -> !value.isEmpty());
  }
}
