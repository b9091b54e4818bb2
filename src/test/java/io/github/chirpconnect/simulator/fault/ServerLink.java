package io.github.chirpconnect.simulator.fault;

import io.github.chirpconnect.simulator.server.Front;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;

/**
 * The way to the server: always the same port, with a proxy of TCP before it that can break
 * connections, unless that was left out.
 */
public final class ServerLink implements AutoCloseable {
  private final boolean proxied;
  private final IntFunction<Front> servers;
  private final TcpProxy proxy = new TcpProxy();
  private final List<Front> retired = new ArrayList<>();

  /** Null until a page is shown. */
  private PageServer pages;

  /** Null while stopped. */
  private Front server;

  private int port;

  /**
   * @param servers starts a server on a port, on any for 0
   */
  public ServerLink(boolean proxied, IntFunction<Front> servers) {
    this.proxied = proxied;
    this.servers = servers;
  }

  /** Starts the server; after {@link #stop()} on the same port. */
  public synchronized void start() {
    if (server == null) {
      server = servers.apply(proxied ? 0 : port);
      listen();
    }
  }

  /** Breaks all connections and stops the server. */
  public synchronized void stop() {
    proxy.refuse();
    proxy.drop(false);
    retired.forEach(Front::close);
    retired.clear();
    if (server != null) {
      server.close();
      server = null;
    }
  }

  /** The same after a restart. */
  public synchronized int port() {
    return port;
  }

  public TcpProxy proxy() {
    if (!proxied) {
      throw new IllegalStateException("faults of the network need the proxy, which was left out");
    }
    return proxy;
  }

  /** Leads new connections to the server. */
  synchronized void listen() {
    Objects.requireNonNull(server, "the simulator is not running");
    if (proxied) {
      proxy.open(server.port());
      port = proxy.port();
    } else {
      port = server.port();
    }
  }

  /** Leads all connections to a page. */
  synchronized void showPages(PageServer.Page page) {
    if (pages == null) {
      pages = new PageServer(page);
    }
    pages.show(page);
    proxy().open(pages.port());
    proxy.drop(false);
  }

  /** How many pages were shown so far. */
  synchronized long pagesShown() {
    return pages == null ? 0 : pages.shown();
  }

  /** Puts a new server in the place of the old one, which serves what it has begun. */
  synchronized void replaceServer() {
    proxy();
    Front old = server;
    server = servers.apply(0);
    listen();
    old.retire();
    retired.add(old);
  }

  @Override
  public synchronized void close() {
    stop();
    proxy.close();
    if (pages != null) {
      pages.close();
    }
  }
}
