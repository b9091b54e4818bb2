package io.github.chirpconnect.channel;

import io.github.chirpconnect.config.Endpoint;
import io.github.chirpconnect.feed.ApiTransport;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Whether a port speaks TLS, and which protocol it negotiates. Sends nothing over the connection,
 * so it checks no certificate.
 */
final class TlsLook {
  private static final Pattern NO_TLS = Pattern.compile("(?i)unrecognized SSL message");

  private final Endpoint endpoint;

  enum Kind {
    AGREED,
    /** The server speaks TLS and rejected the handshake. */
    ALERT,
    NOT_TLS,
    NOTHING
  }

  /**
   * @param words the negotiated protocol, or why there is none
   */
  record Answer(Kind kind, String words) {}

  TlsLook(Endpoint endpoint) {
    this.endpoint = endpoint;
  }

  /**
   * @param connection open, with a time limit; ended by this
   */
  Answer handshake(Socket connection) {
    try (SSLSocket socket =
        (SSLSocket)
            context()
                .getSocketFactory()
                .createSocket(connection, endpoint.host(), endpoint.port(), true)) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(
          endpoint.transport() == ApiTransport.GRPC
              ? new String[] {"h2"}
              : new String[] {"http/1.1"});
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      String agreed = socket.getApplicationProtocol();
      return new Answer(Kind.AGREED, agreed == null ? "" : agreed);
    } catch (SSLException e) {
      return ofFailure(e);
    } catch (IOException e) {
      return new Answer(Kind.NOTHING, String.valueOf(e.getMessage()));
    }
  }

  private static Answer ofFailure(SSLException e) {
    String message = String.valueOf(e.getMessage());
    if (NO_TLS.matcher(message).find()) {
      return new Answer(Kind.NOT_TLS, message);
    }
    return e.getCause() instanceof EOFException
        ? new Answer(Kind.NOTHING, "the connection was closed")
        : new Answer(Kind.ALERT, message);
  }

  private static SSLContext context() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new Anyone()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no TLS", e);
    }
  }

  /** Accepts every certificate, since nothing is sent. */
  private static final class Anyone implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
