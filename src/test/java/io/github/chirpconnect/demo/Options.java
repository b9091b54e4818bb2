package io.github.chirpconnect.demo;

import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;

/**
 * What the demonstration's user asked for with {@code -D}.
 *
 * @param url the user's own server; empty for the simulator
 * @param token an API key of that server; empty for the simulator
 * @param tenantIds as {@code chirpstack.tenant.ids}, which a tenant's key needs
 * @param device the device that may get a downlink; with the simulator any may
 * @param exit ends by itself once all was seen, or after {@link Demo#PATIENCE}
 */
record Options(
    Optional<String> url,
    Optional<String> token,
    Optional<String> tenantIds,
    Optional<String> device,
    boolean exit) {
  private static final String URL = "chirpstack.url";
  private static final String TOKEN = "chirpstack.token";
  private static final String TENANT_IDS = "chirpstack.tenant.ids";
  private static final String DEVICE = "demo.device";
  private static final String EXIT = "demo.exit";
  private static final Pattern EUI = Pattern.compile("[0-9a-f]{16}");

  /**
   * @throws DemoFailure when they make no sense together
   */
  static Options of(Properties properties) {
    Options options =
        new Options(
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
