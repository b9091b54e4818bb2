package io.github.chirpconnect.channel.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.chirpconnect.channel.Identity;
import io.github.chirpconnect.channel.LoopbackServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.List;
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
        "chirpstack.ssl.truststore.type has to be PEM: that is what the file of"
            + " chirpstack.ssl.truststore.location holds");
    Path jks = Identity.SERVER.trustStore(dir.resolve("trust.jks"), "JKS");
    refuses(
        Map.of("ssl.truststore.location", jks.toString(), "ssl.truststore.type", "PEM"),
        "chirpstack.ssl.truststore.type is PEM, and the file");
  }

  @Test
  void namesTheTypeWherePemTextIsGivenWithoutIt() throws Exception {
    refuses(
        Map.of("ssl.truststore.certificates", Identity.SERVER.certificatePem()),
        "chirpstack.ssl.truststore.type has to be PEM, since"
            + " chirpstack.ssl.truststore.certificates is set");
    refuses(
        Map.of(
            "ssl.keystore.key",
            Identity.CLIENT.keyPem(),
            "ssl.keystore.certificate.chain",
            Identity.CLIENT.certificatePem()),
        "chirpstack.ssl.keystore.type has to be PEM, since chirpstack.ssl.keystore.key is set");
    Path pem =
        Files.writeString(
            dir.resolve("client.pem"), Identity.CLIENT.keyPem() + Identity.CLIENT.certificatePem());
    refuses(
        Map.of("ssl.keystore.location", pem.toString()),
        "chirpstack.ssl.keystore.type has to be PEM");
  }

  /** As {@code openssl} writes them: pkcs8 -topk8, genrsa -traditional, ecparam -genkey. */
  @Test
  void readsEachFormOfAPrivateKeyFromTextAndFromAFile() throws Exception {
    Identity rsa = Identity.makeRsa("rsa.test");
    for (var form :
        List.of(
            new Form(Identity.CLIENT, Identity.CLIENT.keyPem(), null),
            new Form(Identity.CLIENT, Identity.CLIENT.sec1KeyPem(), null),
            new Form(rsa, rsa.keyPem(), null),
            new Form(rsa, rsa.pkcs1KeyPem(), null),
            new Form(rsa, rsa.encryptedKeyPem("PBEWithHmacSHA256AndAES_256", "its-own"), "its-own"),
            new Form(rsa, rsa.encryptedKeyPem("PBEWithHmacSHA1AndAES_128", "its-own"), "its-own"),
            new Form(rsa, rsa.encryptedKeyPem("its-own"), "its-own"))) {
      String chain = form.identity().certificatePem();
      Map<String, String> text = new HashMap<>();
      text.put("ssl.keystore.type", "PEM");
      text.put("ssl.keystore.key", form.key());
      text.put("ssl.keystore.certificate.chain", chain);
      Map<String, String> file = new HashMap<>();
      file.put("ssl.keystore.type", "PEM");
      file.put(
          "ssl.keystore.location",
          Files.writeString(dir.resolve("client.pem"), "a comment\n" + chain + form.key())
              .toString());
      for (Map<String, String> settings : List.of(text, file)) {
        if (form.password() != null) {
          settings.put("ssl.key.password", form.password());
        }
        assertThatCode(() -> build(settings)).as(form.key()).doesNotThrowAnyException();
      }
    }
  }

  private record Form(Identity identity, String key, String password) {}

  @Test
  void saysWhatIsWrongWithAnEncryptedPemKeyInAFile() throws Exception {
    Path pem =
        Files.writeString(
            dir.resolve("client.pem"),
            Identity.CLIENT.certificatePem()
                + Identity.CLIENT.encryptedKeyPem("PBEWithHmacSHA256AndAES_256", "its-own"));
    Map<String, String> settings = new HashMap<>();
    settings.put("ssl.keystore.type", "PEM");
    settings.put("ssl.keystore.location", pem.toString());
    refuses(settings, "chirpstack.ssl.key.password is needed, since the private key is encrypted");
    settings.put("ssl.key.password", "not-this");
    refuses(settings, "chirpstack.ssl.key.password does not open the private key");
  }

  @Test
  void saysHowToConvertAKeyThatOpensslEncryptedInItsOldForm() throws Exception {
    refuses(
        Map.of(
            "ssl.keystore.type",
            "PEM",
            "ssl.keystore.key",
            "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----",
            "ssl.keystore.certificate.chain",
            Identity.CLIENT.certificatePem()),
        "chirpstack.ssl.keystore.key holds a private key that is encrypted in OpenSSL's old form");
  }

  /** Its second element says that it has fewer bytes than none. */
  @Test
  void readsADamagedPrivateKeyToItsEnd() throws Exception {
    refuses(
        Map.of(
            "ssl.keystore.type",
            "PEM",
            "ssl.keystore.key",
            "-----BEGIN EC PRIVATE KEY-----\nMAgChP////oAAA==\n-----END EC PRIVATE KEY-----",
            "ssl.keystore.certificate.chain",
            Identity.CLIENT.certificatePem()),
        "chirpstack.ssl.keystore.key holds a private key that is damaged");
  }

  @Test
  void namesTheKeyOfAWrongKeyPasswordOfAPkcs12Store() throws Exception {
    refuses(
        Map.of(
            "ssl.keystore.location",
            Identity.CLIENT.keyStore(dir.resolve("k.p12"), "PKCS12", Identity.PASSWORD).toString(),
            "ssl.keystore.type",
            "PKCS12",
            "ssl.keystore.password",
            Identity.PASSWORD,
            "ssl.key.password",
            "not-this"),
        "chirpstack.ssl.key.password does not open the private key");
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
        "chirpstack.ssl.key.password does not open the private key");
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
