package io.github.chirpconnect.demo;

import io.github.chirpconnect.simulator.Simulator;

/** The ChirpStack that the demonstration reads from. */
interface Server extends AutoCloseable {
  /** As {@code chirpstack.url} takes it. */
  String url();

  String token();

  /** Something happens on it from now on. */
  void live();

  @Override
  void close();

  static Server of(Options options) {
    return options.url().isPresent()
        ? new Own(options.url().get(), options.token().orElseThrow())
        : new Simulated();
  }

  /** The user's own: what happens there is not ours to make. */
  record Own(String url, String token) implements Server {
    @Override
    public void live() {}

    @Override
    public void close() {}
  }

  /** Dozens of devices that join, report, and take downlinks. */
  final class Simulated implements Server {
    /** Each of the devices reports about every twelve seconds. */
    private static final double UPLINKS_PER_SECOND = 4;

    private final Simulator simulator = Simulator.builder().start();

    @Override
    public String url() {
      return simulator.url();
    }

    @Override
    public String token() {
      return simulator.adminKey();
    }

    @Override
    public void live() {
      simulator.living().start(UPLINKS_PER_SECOND);
    }

    @Override
    public void close() {
      simulator.close();
    }
  }
}
