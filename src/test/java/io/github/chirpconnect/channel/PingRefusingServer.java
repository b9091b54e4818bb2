package io.github.chirpconnect.channel;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * As much of an HTTP/2 server as it takes to accept calls, answer none, and end each connection at
 * its first ping, as servers do that permit a ping every five minutes.
 */
final class PingRefusingServer implements AutoCloseable {
  private static final int PREFACE_LENGTH = 24;
  private static final int HEADERS = 1;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int GOAWAY = 7;
  private static final int ACK = 1;
  private static final int ENHANCE_YOUR_CALM = 11;

  private final ServerSocket listener;
  private final List<Duration> quiet = new CopyOnWriteArrayList<>();

  PingRefusingServer() throws IOException {
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread thread = new Thread(this::serve, "ping-refusing-server");
    thread.setDaemon(true);
    thread.start();
  }

  int port() {
    return listener.getLocalPort();
  }

  /** For each connection, the time between its call and its first ping. */
  List<Duration> quietBeforePing() {
    return quiet;
  }

  private void serve() {
    while (!listener.isClosed()) {
      try (Socket socket = listener.accept()) {
        serve(
            new DataInputStream(socket.getInputStream()),
            new DataOutputStream(socket.getOutputStream()));
      } catch (EOFException | SocketException e) {
        // The client is gone, or the test has ended.
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  private void serve(DataInputStream in, DataOutputStream out) throws IOException {
    in.readNBytes(PREFACE_LENGTH);
    frame(out, SETTINGS, 0, new byte[0]);
    long calledAt = System.nanoTime();
    while (true) {
      int head = in.readInt();
      int flags = in.readUnsignedByte();
      in.readInt();
      in.skipNBytes(head >>> 8);
      switch (head & 0xff) {
        case HEADERS -> calledAt = System.nanoTime();
        case SETTINGS -> {
          if ((flags & ACK) == 0) {
            frame(out, SETTINGS, ACK, new byte[0]);
          }
        }
        case PING -> {
          quiet.add(Duration.ofNanos(System.nanoTime() - calledAt));
          byte[] text = "too_many_pings".getBytes(StandardCharsets.US_ASCII);
          byte[] goAway = new byte[8 + text.length];
          goAway[7] = ENHANCE_YOUR_CALM;
          System.arraycopy(text, 0, goAway, 8, text.length);
          frame(out, GOAWAY, 0, goAway);
          return;
        }
        default -> {}
      }
    }
  }

  private static void frame(DataOutputStream out, int type, int flags, byte[] payload)
      throws IOException {
    out.writeInt(payload.length << 8 | type);
    out.writeByte(flags);
    out.writeInt(0);
    out.write(payload);
    out.flush();
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
