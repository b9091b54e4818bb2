package io.github.chirpconnect.simulator.fault;

import io.github.chirpconnect.simulator.server.Threads;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands between the clients and the server, so that what happens on a network can happen: refused
 * connections, resets, and links that stay up and carry nothing.
 */
public final class TcpProxy implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TcpProxy.class);
  private static final int BACKLOG = 1024;
  private static final int BUFFER = 65_536;

  /** What a link carries to the client between two pauses, and how long one is. */
  private record Pauses(int everyBytes, long millis) {}

  private final ExecutorService threads =
      Executors.newCachedThreadPool(Threads.daemon("simulator-proxy"));
  private final Set<Link> links = ConcurrentHashMap.newKeySet();
  private final Object stall = new Object();
  private boolean stalled;
  private volatile Pauses pauses;
  private volatile int target;
  private CompletableFuture<Void> acceptor;
  private ServerSocket listener;
  private int port;

  /**
   * Listens; the first time on a free port, later on the same again.
   *
   * @param target the port of the server, also for connections to come
   */
  synchronized void open(int target) {
    this.target = target;
    if (listener != null) {
      return;
    }
    try {
      ServerSocket socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
      port = socket.getLocalPort();
      listener = socket;
      acceptor = CompletableFuture.runAsync(() -> accept(socket), threads);
    } catch (IOException e) {
      throw new UncheckedIOException("the simulator cannot listen on port " + port, e);
    }
  }

  synchronized int port() {
    return port;
  }

  /** Stops listening: new connections are refused, those that exist go on. */
  synchronized void refuse() {
    if (listener != null) {
      quietly(listener);
      listener = null;
      // A thread that still waits in accept keeps the port listening, whatever was closed.
      acceptor.join();
    }
  }

  /** Ends all connections, with a reset or in good order. */
  void drop(boolean reset) {
    links.forEach(link -> link.close(reset));
  }

  /** Whether bytes wait in both directions, for ever. */
  void stall(boolean on) {
    synchronized (stall) {
      stalled = on;
      stall.notifyAll();
    }
  }

  /** Each connection pauses after so many bytes to its client, again and again; none with 0 ms. */
  void pause(int everyBytes, long millis) {
    pauses = millis == 0 ? null : new Pauses(everyBytes, millis);
  }

  public int connections() {
    return links.size();
  }

  @Override
  public void close() {
    refuse();
    stall(false);
    drop(false);
    threads.shutdownNow();
  }

  private void accept(ServerSocket socket) {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        if (socket.isClosed()) {
          quietly(client);
        } else {
          link(client);
        }
      } catch (SocketException e) {
        LOG.debug("the simulator stops listening", e);
      } catch (IOException e) {
        LOG.warn("the simulator could not pass a connection on", e);
      }
    }
  }

  private void link(Socket client) throws IOException {
    Socket server;
    try {
      server = new Socket(InetAddress.getLoopbackAddress(), target);
    } catch (IOException e) {
      quietly(client);
      throw e;
    }
    client.setTcpNoDelay(true);
    server.setTcpNoDelay(true);
    Link link = new Link(client, server);
    links.add(link);
    threads.execute(() -> pump(link, client, server, false));
    threads.execute(() -> pump(link, server, client, true));
  }

  private void pump(Link link, Socket from, Socket to, boolean answers) {
    int carried = 0;
    byte[] buffer = new byte[BUFFER];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        for (int at = 0; at < read; ) {
          Pauses paused = answers ? pauses : null;
          int some = paused == null ? read - at : Math.min(read - at, paused.everyBytes());
          awaitFlow();
          out.write(buffer, at, some);
          at += some;
          carried += some;
          if (paused != null && carried >= paused.everyBytes()) {
            carried = 0;
            TimeUnit.MILLISECONDS.sleep(paused.millis());
          }
        }
      }
    } catch (IOException e) {
      LOG.debug("a connection ended", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      link.close(false);
    }
  }

  private void awaitFlow() throws InterruptedException {
    synchronized (stall) {
      while (stalled) {
        stall.wait();
      }
    }
  }

  private static void quietly(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception e) {
      LOG.debug("a socket did not close well", e);
    }
  }

  private final class Link {
    private final Socket client;
    private final Socket server;

    Link(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    void close(boolean reset) {
      links.remove(this);
      if (reset) {
        try {
          // Closing a socket that lingers for no time sends RST.
          client.setSoLinger(true, 0);
        } catch (SocketException e) {
          LOG.debug("the connection was closed already", e);
        }
      }
      quietly(client);
      quietly(server);
    }
  }
}
