package io.github.chirpconnect.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with TLS settings is said on the connector's key, and never shows a secret. */
class TlsTest {
  @TempDir Path dir;

  @Test
  void takesKafkasDefaults() {
    assertThatCode(() -> build(Map.of())).doesNotThrowAnyException();
  }

  @Test
  void namesTheKeyOfAMissingTrustStore() {
    refuses(
        Map.of("ssl.truststore.location", dir.resolve("none.jks").toString()),
        "chirpstack.ssl.truststore.location names a file that does not exist");
  }

  @Test
  void namesTheKeyOfAWrongTrustStorePassword() throws Exception {
    refuses(
        Map.of(
            "ssl.truststore.location",
            Identity.SERVER.trustStore(dir.resolve("trust.p12"), "PKCS12").toString(),
            "ssl.truststore.type",
            "PKCS12",
            "ssl.truststore.password",
            "not-this"),
        "chirpstack.ssl.truststore.password does not open");
  }

  @Test
  void namesTheKeyOfATrustStoreOfAnotherType() throws Exception {
    Path pem = Files.writeString(dir.resolve("ca.pem"), Identity.SERVER.certificatePem());
    refuses(
        Map.of("ssl.truststore.location", pem.toString()),
        "chirpstack.ssl.truststore.location can't be used");
  }

  @Test
  void refusesATrustStoreThatTrustsNobody() throws Exception {
    Path empty = Identity.write(Identity.empty("PKCS12"), dir.resolve("empty.p12"));
    refuses(
        Map.of(
            "ssl.truststore.location",
            empty.toString(),
            "ssl.truststore.type",
            "PKCS12",
            "ssl.truststore.password",
            Identity.PASSWORD),
        "chirpstack.ssl.truststore.location holds no certificate to trust");
  }

  @Test
  void refusesPemTextThatIsNone() {
    refuses(
        Map.of("ssl.truststore.type", "PEM", "ssl.truststore.certificates", "not-this at all"),
        "chirpstack.ssl.truststore.certificates can't be used");
  }

  @Test
  void namesTheKeyOfAWrongKeyStorePassword() throws Exception {
    refuses(
        Map.of(
            "ssl.keystore.location",
            Identity.CLIENT.keyStore(dir.resolve("key.jks"), "JKS", Identity.PASSWORD).toString(),
            "ssl.keystore.password",
            "not-this"),
        "chirpstack.ssl.keystore.password does not open");
  }

  @Test
  void namesTheKeyOfAWrongKeyPassword() throws Exception {
    refuses(
        Map.of(
            "ssl.keystore.location",
            Identity.CLIENT.keyStore(dir.resolve("key.jks"), "JKS", "its-own").toString(),
            "ssl.keystore.password",
            Identity.PASSWORD,
            "ssl.key.password",
            "not-this"),
        "chirpstack.ssl.key.password does not open the private key");
  }

  @Test
  void namesTheKeyOfAnEncryptedPemKeyThatDoesNotOpen() throws Exception {
    refuses(
        Map.of(
            "ssl.keystore.type",
            "PEM",
            "ssl.keystore.key",
            Identity.CLIENT.encryptedKeyPem("its-own"),
            "ssl.keystore.certificate.chain",
            Identity.CLIENT.certificatePem(),
            "ssl.key.password",
            "not-this"),
        "chirpstack.ssl.keystore.key can't be used");
  }

  @Test
  void refusesAKeyStoreWithoutAKey() throws Exception {
    refuses(
        Map.of(
            "ssl.keystore.location",
            Identity.CLIENT.trustStore(dir.resolve("key.p12"), "PKCS12").toString(),
            "ssl.keystore.type",
            "PKCS12",
            "ssl.keystore.password",
            Identity.PASSWORD),
        "chirpstack.ssl.keystore.location holds no private key");
  }

  @Test
  void refusesACipherSuiteThatTheJvmDoesNotKnow() {
    refuses(
        Map.of("ssl.cipher.suites", "TLS_MADE_UP"),
        "chirpstack.ssl.cipher.suites names 'TLS_MADE_UP'");
  }

  @Test
  void refusesAProviderThatTheJvmDoesNotHave() {
    refuses(Map.of("ssl.provider", "Nobody"), "chirpstack.ssl.provider is nothing that this JVM");
  }

  @Test
  void refusesAnEngineFactory() {
    refuses(
        Map.of("ssl.engine.factory.class", TlsTest.class.getName()),
        "chirpstack.ssl.engine.factory.class");
  }

  @Test
  void takesAKeyPasswordOfItsOwn() throws GeneralSecurityException, IOException {
    Path store = Identity.CLIENT.keyStore(dir.resolve("key.jks"), "JKS", "its-own");
    assertThatCode(
            () ->
                build(
                    Map.of(
                        "ssl.keystore.location",
                        store.toString(),
                        "ssl.keystore.password",
                        Identity.PASSWORD,
                        "ssl.key.password",
                        "its-own")))
        .doesNotThrowAnyException();
  }

  private static void refuses(Map<String, String> ssl, String message) {
    assertThatThrownBy(() -> build(ssl))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(message)
        .satisfies(
            e ->
                assertThat(e.getMessage())
                    .doesNotContain("not-this", Identity.PASSWORD, "its-own", "PRIVATE KEY"));
  }

  private static void build(Map<String, String> ssl) {
    Map<String, String> prefixed = new HashMap<>();
    ssl.forEach((key, value) -> prefixed.put("chirpstack." + key, value));
    Tls.context(LoopbackServer.config("grpcs://localhost:8080", prefixed).ssl());
  }
}
