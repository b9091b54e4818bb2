package io.github.chirpconnect.simulator.fault;

import io.github.chirpconnect.simulator.server.Threads;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A proxy that has no server behind it, and says so in a page: over HTTP/2 as over HTTP/1.1,
 * whatever it is asked for. Knows as much of the two as that takes.
 */
final class PageServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PageServer.class);
  private static final int PREFACE = 24;
  private static final int HEADERS = 1;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int CONTINUATION = 9;
  private static final int ACK = 1;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;

  private final ExecutorService threads =
      Executors.newCachedThreadPool(Threads.daemon("simulator-pages"));
  private final ServerSocket listener;
  private final AtomicLong shown = new AtomicLong();
  private volatile Page page;

  record Page(int status, String type, String body) {}

  PageServer(Page page) {
    this.page = page;
    try {
      listener = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.execute(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  void show(Page page) {
    this.page = page;
  }

  /** How many pages were shown. */
  long shown() {
    return shown.get();
  }

  private Page next() {
    shown.incrementAndGet();
    return page;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        threads.execute(() -> serve(client));
      } catch (IOException e) {
        LOG.debug("no more pages", e);
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      PushbackInputStream in = new PushbackInputStream(client.getInputStream(), 3);
      byte[] first = in.readNBytes(3);
      in.unread(first);
      if (new String(first, StandardCharsets.ISO_8859_1).equals("PRI")) {
        http2(new DataInputStream(in), client.getOutputStream());
      } else {
        http1(in, client.getOutputStream());
      }
    } catch (IOException e) {
      LOG.debug("a client left", e);
    }
  }

  private void http1(PushbackInputStream in, OutputStream out) throws IOException {
    // The end of a request's head is enough: a page does not depend on its body.
    int line = 0;
    for (int c = in.read(); c >= 0; c = in.read()) {
      line = c == '\n' ? (line <= 1 ? -1 : 0) : line + 1;
      if (line < 0) {
        break;
      }
    }
    Page shown = next();
    byte[] body = shown.body().getBytes(StandardCharsets.UTF_8);
    String head =
        "HTTP/1.1 %d Page\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
            .formatted(shown.status(), shown.type(), body.length);
    out.write(head.getBytes(StandardCharsets.ISO_8859_1));
    out.write(body);
    out.flush();
  }

  private void http2(DataInputStream in, OutputStream out) throws IOException {
    in.readNBytes(PREFACE);
    frame(out, SETTINGS, 0, 0, new byte[0]);
    while (true) {
      int lengthAndType = in.readInt();
      int type = lengthAndType & 0xff;
      int flags = in.readUnsignedByte();
      int stream = in.readInt() & 0x7fffffff;
      byte[] payload = in.readNBytes(lengthAndType >>> 8);
      if ((type == SETTINGS || type == PING) && (flags & ACK) == 0) {
        frame(out, type, ACK, 0, type == PING ? payload : new byte[0]);
      } else if ((type == HEADERS || type == CONTINUATION) && (flags & END_HEADERS) != 0) {
        Page shown = next();
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        header(head, ":status", Integer.toString(shown.status()));
        header(head, "content-type", shown.type());
        frame(out, HEADERS, END_HEADERS, stream, head.toByteArray());
        frame(out, 0, END_STREAM, stream, shown.body().getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  /** Literally, and not to be remembered. */
  private static void header(ByteArrayOutputStream out, String name, String value) {
    out.write(0);
    for (String text : new String[] {name, value}) {
      byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
      out.write(bytes.length);
      out.writeBytes(bytes);
    }
  }

  private static void frame(OutputStream out, int type, int flags, int stream, byte[] payload)
      throws IOException {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.write(payload.length >>> 16);
    frame.write(payload.length >>> 8);
    frame.write(payload.length);
    frame.write(type);
    frame.write(flags);
    for (int shift = 24; shift >= 0; shift -= 8) {
      frame.write(stream >>> shift);
    }
    frame.writeBytes(payload);
    out.write(frame.toByteArray());
    out.flush();
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      LOG.debug("the listener did not close well", e);
    }
    threads.shutdownNow();
  }
}
