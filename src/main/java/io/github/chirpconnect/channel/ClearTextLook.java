package io.github.chirpconnect.channel;

import io.github.chirpconnect.config.Endpoint;
import io.github.chirpconnect.feed.ApiTransport;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Talks to a port without TLS, in the protocol of the URL, and recognizes the answer. */
final class ClearTextLook {
  private static final Logger LOG = LoggerFactory.getLogger(ClearTextLook.class);
  private static final int FRAME_HEADER = 9;
  private static final int SHOWN_BYTES = 16;

  /** HTTP/2's preface and a SETTINGS frame without settings. */
  private static final byte[] HTTP2_HELLO =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1);

  private final Endpoint endpoint;

  ClearTextLook(Endpoint endpoint) {
    this.endpoint = endpoint;
  }

  /**
   * Sends a greeting and returns the first bytes of the answer: empty when none come in time or the
   * server closes the connection.
   */
  byte[] firstBytes(Socket socket) {
    byte[] hello = grpc() ? HTTP2_HELLO : httpHello();
    byte[] bytes = new byte[FRAME_HEADER];
    int length = 0;
    try {
      socket.getOutputStream().write(hello);
      socket.getOutputStream().flush();
      int read = socket.getInputStream().read(bytes, 0, FRAME_HEADER);
      while (read > 0) {
        length += read;
        read = socket.getInputStream().read(bytes, length, FRAME_HEADER - length);
      }
    } catch (IOException e) {
      LOG.debug("The server sent {} bytes", length, e);
    }
    return Arrays.copyOf(bytes, length);
  }

  private boolean grpc() {
    return endpoint.transport() == ApiTransport.GRPC;
  }

  private byte[] httpHello() {
    return ("GET /api HTTP/1.1\r\nHost: " + endpoint.authority() + "\r\nConnection: close\r\n\r\n")
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Whether the answer is one in the protocol of the URL. */
  boolean isExpected(byte[] bytes) {
    return grpc() ? isSettings(bytes) : isHttp1(bytes);
  }

  /** An HTTP/2 server begins with a SETTINGS frame. */
  static boolean isSettings(byte[] bytes) {
    return bytes.length == FRAME_HEADER && bytes[0] == 0 && bytes[3] == 4;
  }

  static boolean isHttp1(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1).startsWith("HTTP/");
  }

  /** A TLS alert, or a handshake message. */
  static boolean isTls(byte[] bytes) {
    return bytes[0] == 0x15 || bytes[0] == 0x16;
  }

  /** Bytes as a message shows them. */
  static String shown(byte[] bytes) {
    byte[] some = Arrays.copyOf(bytes, Math.min(bytes.length, SHOWN_BYTES));
    String text = new String(some, StandardCharsets.ISO_8859_1);
    return text.chars().allMatch(c -> (c >= ' ' && c < 127) || c == '\r' || c == '\n')
        ? "'" + text.strip() + "'"
        : HexFormat.of().formatHex(some);
  }
}
