package io.github.chirpconnect.channel.rest;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** An HTTP/1.1 server on the loopback interface whose every byte is the test's. */
public final class HttpServer implements AutoCloseable {
  private final ServerSocket listener;
  private final Script script;
  private final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> hangUps = new LinkedBlockingQueue<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  /** Answers a request; runs on the connection's own thread. */
  public interface Script {
    void answer(Request request, Reply reply) throws IOException, InterruptedException;
  }

  /**
   * @param target path and query as they came
   * @param headers by names in lower case
   */
  public record Request(
      String verb, String target, Map<String, List<String>> headers, String body) {
    public List<String> header(String name) {
      return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
    }
  }

  public HttpServer(Script script) throws IOException {
    this.script = script;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    daemon(this::accept);
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** The next request that has come. */
  public Request request() throws InterruptedException {
    Request request = requests.poll(10, TimeUnit.SECONDS);
    if (request == null) {
      throw new AssertionError("no request has come");
    }
    return request;
  }

  int requestsWaiting() {
    return requests.size();
  }

  /** Waits until a client has closed the connection of a request; its target. */
  String hangUp() throws InterruptedException {
    return hangUps.poll(10, TimeUnit.SECONDS);
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "test-http-server");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listener.accept();
        socket.setTcpNoDelay(true);
        open.add(socket);
        daemon(() -> serve(socket));
      }
    } catch (IOException e) {
      if (!listener.isClosed()) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      for (Request request = read(in); request != null; request = read(in)) {
        requests.add(request);
        Reply reply = new Reply(socket, in, request);
        script.answer(request, reply);
        if (socket.isClosed()) {
          return;
        }
      }
    } catch (IOException e) {
      // The client hung up, which tests see by other means.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(socket);
    }
  }

  private static Request read(InputStream in) throws IOException {
    String line = line(in);
    if (line.isEmpty()) {
      return null;
    }
    String[] parts = line.split(" ", 3);
    Map<String, List<String>> headers = new TreeMap<>();
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
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

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != -1 && b != '\n'; b = in.read()) {
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : open) {
      socket.close();
    }
  }

  /** What the script sends. */
  public final class Reply {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final Request request;

    private Reply(Socket socket, InputStream in, Request request) throws IOException {
      this.socket = socket;
      this.in = in;
      this.out = socket.getOutputStream();
      this.request = request;
    }

    /** A complete answer. */
    void whole(int status, Map<String, String> headers, String body) throws IOException {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      Map<String, String> all = new TreeMap<>(headers);
      all.put("Content-Length", String.valueOf(bytes.length));
      raw(head(status, all));
      out.write(bytes);
      out.flush();
    }

    /** A complete answer of JSON. */
    public void json(int status, String body) throws IOException {
      whole(status, Map.of("Content-Type", "application/json"), body);
    }

    void startChunks(int status) throws IOException {
      raw(head(status, Map.of("Content-Type", "application/json", "Transfer-Encoding", "chunked")));
    }

    void chunk(String text) throws IOException {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      raw(Integer.toHexString(bytes.length) + "\r\n");
      out.write(bytes);
      raw("\r\n");
    }

    void endChunks() throws IOException {
      raw("0\r\n\r\n");
    }

    void raw(String text) throws IOException {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
    }

    /** Closes the connection, the answer complete or not. */
    void hangUp() throws IOException {
      socket.close();
    }

    /** Waits until the client closes the connection. */
    void awaitHangUp() throws IOException {
      try {
        while (in.read() != -1) {
          // Nothing is expected any more.
        }
      } catch (IOException e) {
        // A reset is a way to hang up too.
      }
      hangUps.add(request.target());
      socket.close();
    }

    private String head(int status, Map<String, String> headers) {
      StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Said\r\n");
      headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
      return head.append("\r\n").toString();
    }
  }
}
