package io.github.chirpconnect.channel.tls;

import static io.github.chirpconnect.channel.LoopbackServer.TOKEN;
import static io.github.chirpconnect.channel.LoopbackServer.echo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.chirpconnect.channel.ChirpStackChannels;
import io.github.chirpconnect.channel.Identity;
import io.github.chirpconnect.channel.LoopbackServer;
import io.github.chirpconnect.config.ConnectionConfig;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLException;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server's certificate is for chirpstack.test; it listens on 127.0.0.1. */
@Timeout(60)
class TlsIT {
  private static final Map<String, String> AUTHORITY =
      Map.of(ConnectionConfig.AUTHORITY, "chirpstack.test");

  @TempDir Path dir;

  @ParameterizedTest
  @ValueSource(strings = {"JKS", "PKCS12", "PEM file", "PEM text"})
  void trustsWhatTheTrustStoreSays(String form) throws Exception {
    try (LoopbackServer server = server(ClientAuth.NONE)) {
      assertThat(call(server, trust(Identity.SERVER, form), AUTHORITY)).isEqualTo("hello");
      assertThat(server.authorizations()).containsExactly("Bearer " + TOKEN);
      assertThat(server.seen.element().authority()).isEqualTo("chirpstack.test");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"JKS", "PKCS12", "PEM file", "PEM text", "PEM text, encrypted"})
  void showsItsOwnCertificate(String form) throws Exception {
    try (LoopbackServer server = server(ClientAuth.REQUIRE)) {
      Map<String, String> both = new HashMap<>(trust(Identity.SERVER, "PEM text"));
      both.putAll(keys(form));
      assertThat(call(server, both, AUTHORITY)).isEqualTo("hello");
    }
  }

  @Test
  void isRefusedWithoutACertificateWhereOneIsWanted() throws Exception {
    try (LoopbackServer server = server(ClientAuth.REQUIRE)) {
      refused(() -> call(server, trust(Identity.SERVER, "PEM text"), AUTHORITY));
      assertThat(server.seen).isEmpty();
    }
  }

  @Test
  void doesNotSendTheKeyToAServerItDoesNotTrust() throws Exception {
    try (LoopbackServer server = server(ClientAuth.NONE)) {
      refused(() -> call(server, trust(Identity.STRANGER, "PEM text"), AUTHORITY))
          .hasStackTraceContaining("PKIX path");
      refused(() -> call(server, Map.of(), AUTHORITY)).hasStackTraceContaining("PKIX path");
      assertThat(server.seen).isEmpty();
    }
  }

  @Test
  void verifiesTheHostUnlessToldOtherwise() throws Exception {
    try (LoopbackServer server = server(ClientAuth.NONE)) {
      Map<String, String> trust = trust(Identity.SERVER, "PEM text");
      refused(() -> call(server, trust, Map.of()))
          .hasStackTraceContaining("No subject alternative names");
      Map<String, String> lax = new HashMap<>(trust);
      lax.put("ssl.endpoint.identification.algorithm", "");
      assertThat(call(server, lax, Map.of())).isEqualTo("hello");
      Map<String, String> laxAndWrong = new HashMap<>(trust(Identity.STRANGER, "PEM text"));
      laxAndWrong.put("ssl.endpoint.identification.algorithm", "");
      refused(() -> call(server, laxAndWrong, Map.of())).hasStackTraceContaining("PKIX path");
    }
  }

  @Test
  void speaksTheProtocolsAndCiphersThatItMay() throws Exception {
    try (LoopbackServer server = server(ClientAuth.NONE, "TLSv1.2")) {
      Map<String, String> trust = new HashMap<>(trust(Identity.SERVER, "PEM text"));
      trust.put("ssl.enabled.protocols", "TLSv1.3");
      refused(() -> call(server, trust, AUTHORITY));
      trust.put("ssl.enabled.protocols", "TLSv1.2");
      assertThat(call(server, trust, AUTHORITY)).isEqualTo("hello");
      trust.put("ssl.cipher.suites", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
      assertThat(call(server, trust, AUTHORITY)).isEqualTo("hello");
      trust.put("ssl.cipher.suites", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
      refused(() -> call(server, trust, AUTHORITY));
    }
  }

  @Test
  void saysThatTheOtherSideSpeaksNoTls() throws Exception {
    try (LoopbackServer server = new LoopbackServer()) {
      refused(() -> call(server, trust(Identity.SERVER, "PEM text"), AUTHORITY))
          .hasStackTraceContaining("not an SSL/TLS record");
    }
  }

  @Test
  void usesRenewedFilesForTheNextConnection() throws Exception {
    Path file = Files.writeString(dir.resolve("ca.pem"), Identity.STRANGER.certificatePem());
    Map<String, String> settings = new HashMap<>(AUTHORITY);
    settings.put("chirpstack.ssl.truststore.type", "PEM");
    settings.put("chirpstack.ssl.truststore.location", file.toString());
    try (LoopbackServer server = server(ClientAuth.NONE);
        ChirpStackChannels channels =
            new ChirpStackChannels(
                LoopbackServer.config("grpcs://127.0.0.1:" + server.port(), settings))) {
      refused(() -> echo(channels.unary(), "a")).hasStackTraceContaining("PKIX path");
      Files.writeString(file, "half writ");
      refused(() -> echo(channels.unary(), "a")).hasStackTraceContaining("PKIX path");
      Files.writeString(file, Identity.SERVER.certificatePem());
      await().ignoreExceptions().until(() -> echo(channels.unary(), "b").equals("b"));
    }
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> refused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    return assertThatThrownBy(call).isInstanceOf(io.grpc.StatusRuntimeException.class);
  }

  private static String call(
      LoopbackServer server, Map<String, String> ssl, Map<String, String> more) {
    Map<String, String> all = new HashMap<>(more);
    ssl.forEach((key, value) -> all.put("chirpstack." + key, value));
    try (ChirpStackChannels channels =
        new ChirpStackChannels(LoopbackServer.config("grpcs://127.0.0.1:" + server.port(), all))) {
      return echo(channels.unary(), "hello");
    }
  }

  private Map<String, String> trust(Identity whom, String form) throws Exception {
    return switch (form) {
      case "PEM text" ->
          Map.of(
              "ssl.truststore.type", "PEM", "ssl.truststore.certificates", whom.certificatePem());
      case "PEM file" ->
          Map.of(
              "ssl.truststore.type",
              "PEM",
              "ssl.truststore.location",
              Files.writeString(dir.resolve("ca.pem"), whom.certificatePem()).toString());
      default ->
          Map.of(
              "ssl.truststore.type",
              form,
              "ssl.truststore.location",
              whom.trustStore(dir.resolve("trust"), form).toString(),
              "ssl.truststore.password",
              Identity.PASSWORD);
    };
  }

  private Map<String, String> keys(String form) throws Exception {
    Identity client = Identity.CLIENT;
    return switch (form) {
      case "PEM text" ->
          Map.of(
              "ssl.keystore.type",
              "PEM",
              "ssl.keystore.key",
              client.keyPem(),
              "ssl.keystore.certificate.chain",
              client.certificatePem());
      case "PEM text, encrypted" ->
          Map.of(
              "ssl.keystore.type",
              "PEM",
              "ssl.keystore.key",
              client.encryptedKeyPem("its-own"),
              "ssl.keystore.certificate.chain",
              client.certificatePem(),
              "ssl.key.password",
              "its-own");
      case "PEM file" ->
          Map.of(
              "ssl.keystore.type",
              "PEM",
              "ssl.keystore.location",
              Files.writeString(dir.resolve("key.pem"), client.keyPem() + client.certificatePem())
                  .toString());
      default ->
          Map.of(
              "ssl.keystore.type",
              form,
              "ssl.keystore.location",
              client.keyStore(dir.resolve("key"), form, Identity.PASSWORD).toString(),
              "ssl.keystore.password",
              Identity.PASSWORD);
    };
  }

  private static LoopbackServer server(ClientAuth auth, String... protocols) throws SSLException {
    SslContextBuilder builder =
        GrpcSslContexts.configure(
                SslContextBuilder.forServer(Identity.SERVER.key(), Identity.SERVER.certificate()),
                SslProvider.JDK)
            .trustManager(Identity.CLIENT.certificate())
            .clientAuth(auth);
    if (protocols.length > 0) {
      builder.protocols(protocols);
    }
    SslContext context = builder.build();
    return new LoopbackServer(0, server -> server.sslContext(context));
  }
}
