package io.github.chirpconnect.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.chirpconnect.feed.ApiTransport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {

  @ParameterizedTest
  @CsvSource({
    "chirpstack:8080, chirpstack, 8080, false, GRPC",
    "chirpstack, chirpstack, 8080, false, GRPC",
    "chirpstack:, chirpstack, 8080, false, GRPC",
    "'  chirpstack:8080  ', chirpstack, 8080, false, GRPC",
    "grpc://chirpstack, chirpstack, 8080, false, GRPC",
    "grpc://10.0.0.1:9000, 10.0.0.1, 9000, false, GRPC",
    "grpc://10.0.0.1, 10.0.0.1, 8080, false, GRPC",
    "Grpc://LNS.Example.COM:8080, LNS.Example.COM, 8080, false, GRPC",
    "GRPCS://lns.example.com:8443/, lns.example.com, 8443, true, GRPC",
    "grpcs://lns.example.com, lns.example.com, 443, true, GRPC",
    "grpcs://lns.example.com/, lns.example.com, 443, true, GRPC",
    "grpcs://lns.example.com.:443, lns.example.com., 443, true, GRPC",
    "grpcs://[::1]:8443, ::1, 8443, true, GRPC",
    "grpcs://[::1], ::1, 443, true, GRPC",
    "[::1], ::1, 8080, false, GRPC",
    "[::1]:9000, ::1, 9000, false, GRPC",
    "grpc://[2001:DB8::1]:8080/, 2001:DB8::1, 8080, false, GRPC",
    "grpc://[::ffff:10.0.0.1]:8080, ::ffff:10.0.0.1, 8080, false, GRPC",
    "grpc://[fe80::1%eth0]:8080, fe80::1%eth0, 8080, false, GRPC",
    "grpc://[fe80::1%25eth0]:8080, fe80::1%eth0, 8080, false, GRPC",
    "http://chirpstack, chirpstack, 80, false, REST",
    "http://chirpstack:8090, chirpstack, 8090, false, REST",
    "HTTP://[fe80::1%2]:8090/, fe80::1%2, 8090, false, REST",
    "HTTPS://lns.example.com/, lns.example.com, 443, true, REST",
    "https://[::1], ::1, 443, true, REST",
    "https://[::1]:8443, ::1, 8443, true, REST"
  })
  void readsEachForm(String text, String host, int port, boolean tls, ApiTransport transport) {
    assertThat(Endpoint.parse(text)).isEqualTo(new Endpoint(host, port, tls, transport));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "  ",
        "grpc://",
        "a b:8080",
        "host:0",
        "host:70000",
        "grpc://user@host",
        "grpc://host/api",
        "https://host/api",
        "http://user:password@host",
        "http://host?a=b",
        "host:port",
        "host:-1",
        "host:8080:8080",
        "grpc://host//",
        "::1",
        "grpc://::1:8080",
        "grpc://[::1",
        "grpc://[not:an:address]:8080",
        "grpc://[10.0.0.1]:8080",
        "grpc://chirp_stack:8080",
        "grpc://-host:8080"
      })
  void refusesWhatIsNoAddressAndSaysWhatIs(String text) {
    assertThatThrownBy(() -> Endpoint.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("host:port")
        .hasMessageContaining("https://");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://host", "mqtt://host:1883"})
  void namesTheSchemeItDoesNotKnow(String text) {
    assertThatThrownBy(() -> Endpoint.parse(text))
        .hasMessageContaining("scheme")
        .hasMessageContaining("grpcs://host:port");
  }

  @ParameterizedTest
  @CsvSource({
    "::1, brackets",
    "grpc://::1:8080, brackets",
    "chirp_stack:8080, underscore",
    "https://host/api, root of its host"
  })
  void saysWhatIsWrongWithTheAddress(String text, String expected) {
    assertThatThrownBy(() -> Endpoint.parse(text)).hasMessageContaining(expected);
  }

  @Test
  void writesAnAuthorityThatHttpUnderstands() {
    assertThat(Endpoint.parse("grpcs://[::1]:443").authority()).isEqualTo("[::1]:443");
    assertThat(Endpoint.parse("[fe80::1%25eth0]").authority()).isEqualTo("[fe80::1%eth0]:8080");
    assertThat(Endpoint.parse("[fe80::1%25eth0]").authorityForServer()).isEqualTo("[fe80::1]:8080");
    assertThat(Endpoint.parse("a:1").toString()).isEqualTo("grpc://a:1");
    assertThat(Endpoint.parse("https://a").toString()).isEqualTo("https://a:443");
  }

  @Test
  void knowsThisMachine() {
    assertThat(Endpoint.parse("127.0.0.1:1").loopback()).isTrue();
    assertThat(Endpoint.parse("[::1]:1").loopback()).isTrue();
    assertThat(Endpoint.parse("10.1.2.3:1").loopback()).isFalse();
  }
}
