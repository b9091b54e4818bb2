package io.github.chirpconnect.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.chirpconnect.simulator.SimulatedServer;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class OptionsTest {
  @Test
  void simulatesWhenNothingIsGiven() {
    Options options = options(Map.of("demo.device", "", "demo.exit", "false"));
    assertThat(options.url()).isEmpty();
    assertThat(options.maySend()).isTrue();
    assertThat(options.exit()).isFalse();
  }

  @Test
  void sendsToARealDeviceOnlyWhenItIsNamed() {
    Map<String, String> server = Map.of("chirpstack.url", "h:1", "chirpstack.token", "t");
    assertThat(options(server).maySend()).isFalse();
    Options named =
        options(
            Map.of(
                "chirpstack.url", "h:1",
                "chirpstack.token", "t",
                "demo.device", "0102030405060A0B"));
    assertThat(named.maySend()).isTrue();
    assertThat(named.device()).hasValue("0102030405060a0b");
  }

  @Test
  void wantsOfARealServerNoMoreThanThatSomethingHappens() {
    assertThat(options(Map.of()).kindsOfEvent()).isEqualTo(5);
    assertThat(options(Map.of("chirpstack.url", "h:1", "chirpstack.token", "t")).kindsOfEvent())
        .isEqualTo(1);
  }

  @Test
  void simulatesTheServerThatIsNamed() {
    assertThat(options(Map.of()).server()).isEqualTo(SimulatedServer.V4_GRPC);
    assertThat(options(Map.of("demo.server", "v3-rest")).server())
        .isEqualTo(SimulatedServer.V3_REST);
    assertThatThrownBy(() -> options(Map.of("demo.server", "v5")))
        .hasMessage("-Ddemo.server=v5 is none of v4, v3 and v3-rest.");
    assertThatThrownBy(() -> options(Map.of("demo.server", "v4-rest")))
        .hasMessageContaining("no streams");
    assertThatThrownBy(
            () ->
                options(
                    Map.of("demo.server", "v3", "chirpstack.url", "h:1", "chirpstack.token", "t")))
        .hasMessageContaining("leave it out");
  }

  @Test
  void saysWhatIsMissingOrWrong() {
    assertThatThrownBy(() -> options(Map.of("chirpstack.url", "h:1")))
        .hasMessage("Your server needs an API key: add -Dchirpstack.token=<API key>.");
    assertThatThrownBy(() -> options(Map.of("chirpstack.token", "secret")))
        .hasMessageNotContaining("secret");
    assertThatThrownBy(() -> options(Map.of("demo.device", "123")))
        .hasMessage("-Ddemo.device=123 is no DevEUI; write its 16 hex digits.");
  }

  private static Options options(Map<String, String> given) {
    Properties properties = new Properties();
    properties.putAll(given);
    return Options.of(properties);
  }
}
