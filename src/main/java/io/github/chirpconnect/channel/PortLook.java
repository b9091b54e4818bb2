package io.github.chirpconnect.channel;

import io.github.chirpconnect.config.ConnectionConfig;
import io.github.chirpconnect.config.Endpoint;
import io.github.chirpconnect.context.LogContext;
import io.github.chirpconnect.feed.ApiTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out why a server was never reached: resolves its name, connects, and reads the first bytes
 * that it sends. Sends no API key. A look takes a few seconds and ends after {@value #LOOK_MS} ms;
 * the result is kept for a while.
 */
public final class PortLook {
  /** Message for a TLS port that does not negotiate HTTP/2, which gRPC needs. */
  public static final String NO_HTTP2 =
      "does not offer HTTP/2 (ALPN h2), without which there is no gRPC; switch HTTP/2 on in the proxy, or check the"
          + " port in chirpstack.url and the proxy's route for it";

  private static final Logger LOG = LoggerFactory.getLogger(PortLook.class);
  private static final int CONNECT_MS = 2_000;
  private static final int ANSWER_MS = 2_000;

  /** Failed calls wait for the result, and resolving a name can take a minute. */
  private static final int LOOK_MS = 15_000;

  private static final long KEPT_NANOS = Duration.ofSeconds(20).toNanos();

  private final Endpoint endpoint;
  private final int answerMs;
  private final int lookMs;
  private final TlsLook tls;
  private final ClearTextLook clearText;
  private final LongSupplier nanoTime;
  private CompletableFuture<Optional<Finding>> last;
  private long lastAt;

  /**
   * The result of a look.
   *
   * @param certain whether only another setting helps, since this is not an outage
   * @param sentence the finding, for messages
   */
  public record Finding(boolean certain, String sentence) {}

  public PortLook(ConnectionConfig config) {
    this(config.endpoint(), ANSWER_MS, LOOK_MS, System::nanoTime);
  }

  /**
   * @param answerMs how long to wait for the server's first bytes
   * @param lookMs how long to wait for the whole look
   */
  PortLook(Endpoint endpoint, int answerMs, int lookMs, LongSupplier nanoTime) {
    this.endpoint = endpoint;
    this.answerMs = answerMs;
    this.lookMs = lookMs;
    this.tls = new TlsLook(endpoint);
    this.clearText = new ClearTextLook(endpoint);
    this.nanoTime = nanoTime;
  }

  /**
   * Empty when no fault was found in time, or when an HTTP proxy is configured. Never fails, and
   * always ends.
   */
  public synchronized CompletionStage<Optional<Finding>> look() {
    long now = nanoTime.getAsLong();
    if (last == null || (last.isDone() && now - lastAt >= KEPT_NANOS)) {
      CompletableFuture<Optional<Finding>> mine = new CompletableFuture<>();
      last = mine;
      lastAt = now;
      mine.completeOnTimeout(Optional.empty(), lookMs, TimeUnit.MILLISECONDS);
      try {
        LogContext.threads("chirpstack-look").newThread(() -> mine.complete(find())).start();
      } catch (OutOfMemoryError e) {
        // No thread can be started, and a failed call must not wait for one.
        mine.complete(notLooked(e));
      }
    }
    return last;
  }

  private Optional<Finding> find() {
    try {
      return throughProxy() ? Optional.empty() : ofAddress();
    } catch (RuntimeException | Error e) {
      return notLooked(e);
    }
  }

  private Optional<Finding> notLooked(Throwable e) {
    LOG.warn("{} could not be examined", endpoint, e);
    return Optional.empty();
  }

  /** Whether the JVM's settings name an HTTP proxy; both transports use them. */
  private boolean throughProxy() {
    ProxySelector selector = ProxySelector.getDefault();
    URI uri = URI.create((endpoint.tls() ? "https://" : "http://") + endpoint.authority());
    return selector != null
        && selector.select(uri).stream().anyMatch(proxy -> proxy.type() != Proxy.Type.DIRECT);
  }

  private Optional<Finding> ofAddress() {
    InetAddress[] addresses;
    try {
      addresses = InetAddress.getAllByName(endpoint.host());
    } catch (UnknownHostException e) {
      return certain(
          "the host name "
              + endpoint.host()
              + " does not resolve on this worker ("
              + e.getMessage().replaceFirst("^.*: ", "")
              + "); check it in chirpstack.url, and this worker's DNS");
    }
    IOException refused = null;
    for (InetAddress address : addresses) {
      try {
        connect(address).close();
        return endpoint.tls() ? ofTls(address) : inClear(address);
      } catch (IOException e) {
        refused = e;
      }
    }
    return uncertain(
        refused instanceof SocketTimeoutException
            ? endpoint.authority()
                + " does not take the connection within "
                + CONNECT_MS / 1_000
                + " s; check the address, routes and firewalls"
            : "nothing listens at "
                + endpoint.authority()
                + " ("
                + (refused == null ? "no address" : refused.getMessage())
                + "); is ChirpStack running there, and is that its port?");
  }

  private Socket connect(InetAddress address) throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(new InetSocketAddress(address, endpoint.port()), CONNECT_MS);
      socket.setSoTimeout(answerMs);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private boolean grpc() {
    return endpoint.transport() == ApiTransport.GRPC;
  }

  private Optional<Finding> ofTls(InetAddress address) throws IOException {
    TlsLook.Answer answer;
    try (Socket socket = connect(address)) {
      answer = tls.handshake(socket);
    }
    return switch (answer.kind()) {
      case AGREED ->
          grpc() && !answer.words().equals("h2")
              ? certain("the TLS of " + endpoint.authority() + " " + NO_HTTP2)
              : Optional.empty();
      case ALERT ->
          grpc() && answer.words().contains("no_application_protocol")
              ? certain("the TLS of " + endpoint.authority() + " " + NO_HTTP2)
              // The failed call, made with the connector's TLS, has the better message.
              : Optional.empty();
      case NOT_TLS -> noTls();
      case NOTHING ->
          clearText.isExpected(hello(address))
              ? noTls()
              : uncertain(
                  endpoint.authority()
                      + " takes the connection and does not answer in TLS ("
                      + answer.words()
                      + "); is that the port of ChirpStack or of its proxy?");
    };
  }

  private Optional<Finding> noTls() {
    return certain(
        endpoint.authority()
            + " does not speak TLS; write "
            + (grpc() ? "grpc://" : "http://")
            + " in chirpstack.url, or put TLS before it");
  }

  private byte[] hello(InetAddress address) throws IOException {
    try (Socket socket = connect(address)) {
      return clearText.firstBytes(socket);
    }
  }

  private Optional<Finding> inClear(InetAddress address) throws IOException {
    byte[] bytes = hello(address);
    if (bytes.length == 0) {
      return ofSilence(address);
    }
    if (clearText.isExpected(bytes)) {
      return Optional.empty();
    }
    if (ClearTextLook.isTls(bytes)) {
      return speaksTls();
    }
    if (ClearTextLook.isSettings(bytes)) {
      return certain(
          endpoint.authority() + " speaks gRPC and no REST; write grpc:// in chirpstack.url");
    }
    return certain(
        endpoint.authority()
            + (ClearTextLook.isHttp1(bytes)
                ? " speaks HTTP/1.1 and no gRPC; is that the port of ChirpStack's API, and does a proxy pass HTTP/2 on?"
                : " speaks another protocol (its first bytes are "
                    + ClearTextLook.shown(bytes)
                    + "); write the port of ChirpStack's API in chirpstack.url"));
  }

  /** Many TLS servers close a connection without TLS; some wait for more bytes. */
  private Optional<Finding> ofSilence(InetAddress address) throws IOException {
    TlsLook.Answer answer;
    try (Socket socket = connect(address)) {
      answer = tls.handshake(socket);
    }
    return switch (answer.kind()) {
      case AGREED, ALERT -> speaksTls();
      case NOT_TLS, NOTHING ->
          uncertain(
              endpoint.authority()
                  + " takes the connection and does not answer; is that the port of ChirpStack's "
                  + (grpc() ? "API" : "REST interface")
                  + ", or of a proxy that cannot reach it?");
    };
  }

  private Optional<Finding> speaksTls() {
    return certain(
        endpoint.authority()
            + " expects TLS; write "
            + (grpc() ? "grpcs://" : "https://")
            + " in chirpstack.url");
  }

  private static Optional<Finding> certain(String sentence) {
    return Optional.of(new Finding(true, sentence));
  }

  private static Optional<Finding> uncertain(String sentence) {
    return Optional.of(new Finding(false, sentence));
  }
}
