package io.github.chirpconnect.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.github.chirpconnect.proto.v3.DeviceServiceGrpc;
import io.github.chirpconnect.proto.v3.GetDeviceRequest;
import io.github.chirpconnect.proto.v3.StreamDeviceEventLogsRequest;
import io.github.chirpconnect.proto.v3.StreamDeviceEventLogsResponse;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The channels of a connection whose URL is that of a REST interface. */
@Timeout(60)
class RestTransportIT {
  private static final Identity LOCALHOST = Identity.make("localhost");
  private static final String EUI = "0102030405060708";

  private final List<String> authorizations = new CopyOnWriteArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  @TempDir Path dir;
  private HttpServer server;

  @AfterEach
  void stop() {
    if (server != null) {
      server.stop(0);
    }
    threads.shutdownNow();
  }

  @Test
  void callsWithTheApiKeyInClear() throws Exception {
    serveInClear();
    try (ChirpStackChannels channels = channels("http://127.0.0.1:", Map.of())) {
      assertThat(name(channels)).isEqualTo("meter");
    }
    assertThat(authorizations).containsExactly("Bearer " + LoopbackServer.TOKEN);
  }

  @Test
  void putsNoLimitOnStreams() throws Exception {
    serveInClear();
    int streams = 30;
    AtomicInteger lines = new AtomicInteger();
    AtomicInteger ended = new AtomicInteger();
    try (ChirpStackChannels channels =
        channels("http://127.0.0.1:", Map.of("chirpstack.max.streams.per.connection", "1"))) {
      for (int i = 0; i < streams; i++) {
        DeviceServiceGrpc.newStub(channels.acquireStream().channel())
            .streamEventLogs(
                StreamDeviceEventLogsRequest.newBuilder().setDevEui(EUI).build(),
                new StreamObserver<>() {
                  @Override
                  public void onNext(StreamDeviceEventLogsResponse line) {
                    lines.incrementAndGet();
                  }

                  @Override
                  public void onError(Throwable t) {
                    ended.incrementAndGet();
                  }

                  @Override
                  public void onCompleted() {
                    ended.incrementAndGet();
                  }
                });
      }
      await().until(() -> lines.get() == streams);
      assertThat(name(channels)).isEqualTo("meter");
      assertThat(ended).hasValue(0);
    }
    await().until(() -> ended.get() == streams);
    await()
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().startsWith("chirpstack-")));
  }

  @Test
  void trustsWhatTheTrustStoreSays() throws Exception {
    serve(LOCALHOST, false);
    assertThat(call(trust(LOCALHOST))).isEqualTo("meter");
    refused(() -> call(trust(Identity.STRANGER))).hasStackTraceContaining("PKIX path");
    refused(() -> call(Map.of())).hasStackTraceContaining("PKIX path");
    assertThat(authorizations).hasSize(1);
  }

  @Test
  void usesRenewedFilesForTheNextConnection() throws Exception {
    serve(LOCALHOST, false);
    Path file = Files.writeString(dir.resolve("ca.pem"), Identity.STRANGER.certificatePem());
    Map<String, String> tls =
        Map.of(
            "chirpstack.ssl.truststore.type",
            "PEM",
            "chirpstack.ssl.truststore.location",
            file.toString());
    try (ChirpStackChannels channels = channels("https://localhost:", tls)) {
      refused(() -> name(channels)).hasStackTraceContaining("PKIX path");
      Path renewed = Files.writeString(dir.resolve("new.pem"), LOCALHOST.certificatePem());
      Files.move(renewed, file, StandardCopyOption.REPLACE_EXISTING);
      assertThat(name(channels)).isEqualTo("meter");
    }
  }

  @Test
  void verifiesTheHostUnlessToldOtherwise() throws Exception {
    serve(Identity.SERVER, false);
    refused(() -> call(trust(Identity.SERVER)))
        .hasStackTraceContaining("No subject alternative DNS name matching localhost");
    Map<String, String> lax = new HashMap<>(trust(Identity.SERVER));
    lax.put("chirpstack.ssl.endpoint.identification.algorithm", "");
    assertThat(call(lax)).isEqualTo("meter");
    Map<String, String> laxAndWrong = new HashMap<>(trust(Identity.STRANGER));
    laxAndWrong.put("chirpstack.ssl.endpoint.identification.algorithm", "");
    refused(() -> call(laxAndWrong)).hasStackTraceContaining("PKIX path");
  }

  @Test
  void showsItsOwnCertificate() throws Exception {
    serve(LOCALHOST, true);
    refused(() -> call(trust(LOCALHOST)));
    Map<String, String> both = new HashMap<>(trust(LOCALHOST));
    both.put("chirpstack.ssl.keystore.type", "PEM");
    both.put("chirpstack.ssl.keystore.key", Identity.CLIENT.keyPem());
    both.put("chirpstack.ssl.keystore.certificate.chain", Identity.CLIENT.certificatePem());
    assertThat(call(both)).isEqualTo("meter");
  }

  @Test
  void speaksTheProtocolsAndCiphersThatItMay() throws Exception {
    serve(LOCALHOST, false, "TLSv1.2");
    Map<String, String> tls = new HashMap<>(trust(LOCALHOST));
    tls.put("chirpstack.ssl.enabled.protocols", "TLSv1.3");
    refused(() -> call(tls));
    tls.put("chirpstack.ssl.enabled.protocols", "TLSv1.2");
    assertThat(call(tls)).isEqualTo("meter");
    tls.put("chirpstack.ssl.cipher.suites", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
    refused(() -> call(tls));
  }

  /** As ChirpStack v3 does, whose Go server takes the handshake for a bad request. */
  @Test
  void saysThatTheOtherSideSpeaksNoTls() throws Exception {
    try (ServerSocket inClear = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      threads.execute(
          () -> {
            try (Socket client = inClear.accept()) {
              client.getInputStream().read(new byte[1000]);
              client
                  .getOutputStream()
                  .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.UTF_8));
              client.getOutputStream().flush();
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
      try (ChirpStackChannels channels =
          new ChirpStackChannels(
              LoopbackServer.config("https://localhost:" + inClear.getLocalPort(), Map.of()))) {
        refused(() -> name(channels)).hasMessageContaining("write http:// in the URL");
      }
    }
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> refused(ThrowingCallable call) {
    return assertThatThrownBy(call).isInstanceOf(StatusRuntimeException.class);
  }

  private String call(Map<String, String> tls) {
    try (ChirpStackChannels channels = channels("https://localhost:", tls)) {
      return name(channels);
    }
  }

  private static String name(ChirpStackChannels channels) {
    return DeviceServiceGrpc.newBlockingStub(channels.unary())
        .get(GetDeviceRequest.newBuilder().setDevEui(EUI).build())
        .getDevice()
        .getName();
  }

  private ChirpStackChannels channels(String url, Map<String, String> more) {
    return new ChirpStackChannels(LoopbackServer.config(url + server.getAddress().getPort(), more));
  }

  private static Map<String, String> trust(Identity whom) throws GeneralSecurityException {
    return Map.of(
        "chirpstack.ssl.truststore.type",
        "PEM",
        "chirpstack.ssl.truststore.certificates",
        whom.certificatePem());
  }

  private void serveInClear() throws IOException {
    server = HttpServer.create(loopback(), 0);
    start();
  }

  private void serve(Identity identity, boolean wantsCertificate, String... protocols)
      throws IOException, GeneralSecurityException {
    HttpsServer https = HttpsServer.create(loopback(), 0);
    SSLContext context = context(identity);
    https.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters ssl = context.getDefaultSSLParameters();
            ssl.setNeedClientAuth(wantsCertificate);
            if (protocols.length > 0) {
              ssl.setProtocols(protocols);
            }
            parameters.setSSLParameters(ssl);
          }
        });
    server = https;
    start();
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private static SSLContext context(Identity identity)
      throws GeneralSecurityException, IOException {
    KeyStore own = Identity.empty("PKCS12");
    own.setKeyEntry(
        "it", identity.key(), new char[0], new X509Certificate[] {identity.certificate()});
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(own, new char[0]);
    KeyStore clients = Identity.empty("PKCS12");
    clients.setCertificateEntry("it", Identity.CLIENT.certificate());
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(clients);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private void start() {
    server.setExecutor(threads);
    server.createContext("/api/devices/" + EUI, this::answer);
    server.createContext("/api/devices/" + EUI + "/events", this::stream);
    server.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    authorizations.addAll(exchange.getRequestHeaders().get("Grpc-Metadata-Authorization"));
    byte[] body = "{\"device\":{\"name\":\"meter\"}}".getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  /** One line, and then silence until the server is stopped. */
  private void stream(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, 0);
    OutputStream out = exchange.getResponseBody();
    out.write("{\"result\":{\"type\":\"up\"}}\n".getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
