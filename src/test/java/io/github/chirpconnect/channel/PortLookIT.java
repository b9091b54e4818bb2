package io.github.chirpconnect.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.config.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said of a port, by what comes from it. */
@Timeout(60)
class PortLookIT {
  /** For one who never answers, and for one who does when the machine has time for it. */
  private static final int SHORT_MS = 200;

  private static final int LONG_MS = 20_000;

  private static final int CODEC_TIMEOUT_MS = 60_000;

  @FunctionalInterface
  private interface Talk {
    void with(Socket client) throws Exception;
  }

  private static final Talk SILENT = client -> client.getInputStream().transferTo(sink());
  private static final Talk CLOSES = client -> client.getInputStream().read();
  private static final Talk TLS_WITHOUT_ALPN = client -> handshake(client);
  private static final Talk TLS_WITH_HTTP1 = client -> handshake(client, "http/1.1");
  private static final Talk TLS_WITH_HTTP2 = client -> handshake(client, "h2");

  /** As servers written in Go: what is no TLS is hung up on without a word. */
  private static final Talk TLS_THAT_HANGS_UP =
      client -> {
        byte[] first = client.getInputStream().readNBytes(1);
        if (first[0] == 0x16) {
          client.getOutputStream().write(new byte[] {0x15, 3, 1, 0, 2, 2, 40});
        }
      };

  private static final Talk TLS_ALERT =
      client -> {
        client.getInputStream().read();
        client.getOutputStream().write(new byte[] {0x15, 3, 1, 0, 2, 2, 70});
      };

  private static final Talk HTTP1 =
      client -> {
        client.getInputStream().read(new byte[1024]);
        say(client, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
      };

  private static final Talk SSH = client -> say(client, "SSH-2.0-OpenSSH_9.2\r\n");

  private static final Map<String, Talk> SERVERS =
      Map.of(
          "silent", SILENT,
          "closes", CLOSES,
          "tls", TLS_WITHOUT_ALPN,
          "tls-http1", TLS_WITH_HTTP1,
          "tls-h2", TLS_WITH_HTTP2,
          "tls-go", TLS_THAT_HANGS_UP,
          "tls-alert", TLS_ALERT,
          "http1", HTTP1,
          "ssh", SSH);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "grpc  | tls-go    | true  | expects TLS; write grpcs://",
        "grpc  | tls-alert | true  | expects TLS; write grpcs://",
        "grpc  | http1     | true  | speaks HTTP/1.1 and no gRPC",
        "grpc  | ssh       | true  | another protocol (its first bytes are 'SSH-2.0-O')",
        "grpc  | silent    | false | takes the connection and does not answer",
        "grpc  | closes    | false | takes the connection and does not answer",
        "grpcs | tls       | true  | does not offer HTTP/2 (ALPN h2)",
        "grpcs | tls-http1 | true  | does not offer HTTP/2 (ALPN h2)",
        "grpcs | http1     | true  | does not speak TLS; write grpc://",
        "grpcs | ssh       | true  | does not speak TLS; write grpc://",
        "grpcs | silent    | false | does not answer in TLS",
        "grpcs | closes    | false | does not answer in TLS",
        "http  | tls-go    | true  | expects TLS; write https://",
        "http  | ssh       | true  | another protocol",
        "http  | silent    | false | takes the connection and does not answer",
        "https | http1     | true  | does not speak TLS; write http://",
        "https | silent    | false | does not answer in TLS",
      })
  void saysWhatAPortSpeaks(String scheme, String server, boolean certain, String sentence)
      throws IOException {
    Optional<PortLook.Finding> found = look(scheme, SERVERS.get(server));

    assertThat(found).isPresent();
    assertThat(found.get().sentence()).contains(sentence);
    assertThat(found.get().certain()).isEqualTo(certain);
  }

  @ParameterizedTest
  @CsvSource({"grpcs, tls-h2", "https, tls", "https, tls-http1", "http, http1"})
  void findsNothingWrongWithWhatFits(String scheme, String server) throws IOException {
    assertThat(look(scheme, SERVERS.get(server))).isEmpty();
  }

  @Test
  void knowsGrpcInClearAndTellsItFromRest() throws Exception {
    try (LoopbackServer server = new LoopbackServer()) {
      assertThat(look("grpc://127.0.0.1:" + server.port())).isEmpty();
      assertThat(look("http://127.0.0.1:" + server.port()))
          .get()
          .extracting(PortLook.Finding::sentence)
          .asString()
          .contains("speaks gRPC and no REST; write grpc://");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"grpc://nobody.invalid:8080", "https://nobody.invalid"})
  void saysThatANameDoesNotResolve(String url) {
    assertThat(look(url)).get().satisfies(found -> assertThat(found.certain()).isTrue());
    assertThat(look(url).get().sentence())
        .startsWith("the host name nobody.invalid does not resolve on this worker");
  }

  @Test
  void aPortWhereNobodyListensMayBeAnOutage() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Optional<PortLook.Finding> found = look("grpc://127.0.0.1:" + port);
    assertThat(found).get().satisfies(seen -> assertThat(seen.certain()).isFalse());
    assertThat(found.get().sentence()).startsWith("nothing listens at 127.0.0.1:" + port);
  }

  @Test
  void looksOnceForAllWhoAskWithinSeconds() throws IOException {
    long[] now = {Long.MAX_VALUE - 5};
    try (ServerSocket listener = listen(SSH)) {
      PortLook look =
          new PortLook(
              Endpoint.parse("grpc://127.0.0.1:" + listener.getLocalPort()),
              LONG_MS,
              CODEC_TIMEOUT_MS,
              () -> now[0]);
      Optional<PortLook.Finding> first = look.look().toCompletableFuture().join();
      assertThat(look.look().toCompletableFuture().join()).isSameAs(first);
      now[0] += 20_000_000_000L;
      assertThat(look.look().toCompletableFuture().join()).isEqualTo(first).isNotSameAs(first);
    }
  }

  private static Optional<PortLook.Finding> look(String scheme, Talk talk) throws IOException {
    try (ServerSocket listener = listen(talk)) {
      return look(
          scheme + "://127.0.0.1:" + listener.getLocalPort(), talk == SILENT ? SHORT_MS : LONG_MS);
    }
  }

  private static Optional<PortLook.Finding> look(String url) {
    return look(url, LONG_MS);
  }

  private static Optional<PortLook.Finding> look(String url, int answerMs) {
    return new PortLook(Endpoint.parse(url), answerMs, CODEC_TIMEOUT_MS, System::nanoTime)
        .look()
        .toCompletableFuture()
        .join();
  }

  /** Until it is closed. */
  private static ServerSocket listen(Talk talk) throws IOException {
    ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    daemon(
        () -> {
          while (true) {
            Socket client = listener.accept();
            daemon(
                () -> {
                  try (client) {
                    talk.with(client);
                  }
                });
          }
        });
    return listener;
  }

  private interface Work {
    void run() throws Exception;
  }

  private static void daemon(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (Exception e) {
                // The other side has seen enough; what it made of it is what is asserted.
                Thread.currentThread().interrupt();
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  private static void say(Socket client, String text) throws IOException {
    client.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    client.getInputStream().transferTo(sink());
  }

  private static java.io.OutputStream sink() {
    return java.io.OutputStream.nullOutputStream();
  }

  private static void handshake(Socket client, String... protocols) throws Exception {
    KeyStore store = Identity.empty("PKCS12");
    store.setKeyEntry(
        "it",
        Identity.SERVER.key(),
        new char[0],
        new java.security.cert.Certificate[] {Identity.SERVER.certificate()});
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(client, (InputStream) null, true);
    if (protocols.length > 0) {
      // Takes what it has in common with the client, and nothing where that is nothing.
      socket.setHandshakeApplicationProtocolSelector(
          (own, offered) ->
              Arrays.stream(protocols).filter(offered::contains).findFirst().orElse(""));
    }
    socket.startHandshake();
    socket.getInputStream().transferTo(sink());
  }
}
