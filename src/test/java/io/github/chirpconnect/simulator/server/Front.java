package io.github.chirpconnect.simulator.server;

/** What listens for clients. */
public interface Front extends AutoCloseable {
  int port();

  /** Takes no new calls and lets those that run go on. */
  void retire();

  /** Stops as a kill does. */
  @Override
  void close();
}
