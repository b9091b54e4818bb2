package io.github.chirpconnect.simulator.rest;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** One connection of an HTTP/1.1 server, on which requests come one after the other. */
final class HttpConnection {
  /**
   * @param target path and query as they came
   * @param headers by names in lower case
   */
  record Request(String verb, String target, Map<String, List<String>> headers, String body) {
    List<String> header(String name) {
      return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
    }

    String path() {
      int mark = target.indexOf('?');
      return mark < 0 ? target : target.substring(0, mark);
    }

    String query() {
      int mark = target.indexOf('?');
      return mark < 0 ? "" : target.substring(mark + 1);
    }
  }

  private final InputStream in;
  private final OutputStream out;

  HttpConnection(Socket socket) throws IOException {
    in = new BufferedInputStream(socket.getInputStream());
    out = socket.getOutputStream();
  }

  /** The next request; null when the client hung up. */
  Request read() throws IOException {
    String line = line();
    if (line.isEmpty()) {
      return null;
    }
    String[] parts = line.split(" ");
    Map<String, List<String>> headers = new TreeMap<>();
    for (String header = line(); !header.isEmpty(); header = line()) {
      int colon = header.indexOf(':');
      headers
          .computeIfAbsent(
              header.substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>())
          .add(header.substring(colon + 1).strip());
    }
    int length = Integer.parseInt(headers.getOrDefault("content-length", List.of("0")).get(0));
    return new Request(
        parts[0], parts[1], headers, new String(in.readNBytes(length), StandardCharsets.UTF_8));
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != -1 && b != '\n'; b = in.read()) {
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  /**
   * Waits for the client to send more or to hang up.
   *
   * @return whether it hung up
   */
  boolean awaitHangUp() {
    try {
      in.mark(1);
      boolean hungUp = in.read() == -1;
      if (!hungUp) {
        in.reset();
      }
      return hungUp;
    } catch (IOException e) {
      // A reset is a way to hang up, too.
      return true;
    }
  }

  void answer(int status, String contentType, Map<String, String> headers, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.put("Content-Type", contentType);
    all.put("Content-Length", Integer.toString(bytes.length));
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.writeBytes(head(status, all));
    whole.writeBytes(bytes);
    send(whole.toByteArray());
  }

  void startChunks(int status) throws IOException {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", "application/json");
    headers.put("Transfer-Encoding", "chunked");
    send(head(status, headers));
  }

  void chunk(String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.writeBytes(ascii(Integer.toHexString(bytes.length) + "\r\n"));
    whole.writeBytes(bytes);
    whole.writeBytes(ascii("\r\n"));
    send(whole.toByteArray());
  }

  void endChunks() throws IOException {
    send(ascii("0\r\n\r\n"));
  }

  private static byte[] head(int status, Map<String, String> headers) {
    StringBuilder head =
        new StringBuilder("HTTP/1.1 " + status + " " + HttpCodes.name(status) + "\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    return ascii(head.append("\r\n").toString());
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private void send(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }
}
