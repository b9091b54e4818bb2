package io.github.chirpconnect.api;

/** The generation of a ChirpStack server: the two share names, and are not wire compatible. */
public enum Generation {
  V3("v3"),
  V4("v4");

  /** Of some twenty connections that a v3 server of two CPUs has to its Redis. */
  private static final int V3_EVENT_STREAMS = 4;

  /** Of as many, without which the network server handles no uplink. */
  private static final int V3_FRAME_STREAMS = 2;

  private final String text;

  Generation(String text) {
    this.text = text;
  }

  /**
   * How many streams of a log all tasks together may hold open at a server of which nothing more is
   * known. In v3 each holds a connection of a Redis pool of ten for each CPU, of the application
   * server for events and of the network server for frames; in v4 none does.
   */
  public int streamsBorne(LogKind log) {
    return switch (this) {
      case V3 -> log == LogKind.EVENTS ? V3_EVENT_STREAMS : V3_FRAME_STREAMS;
      case V4 -> Integer.MAX_VALUE;
    };
  }

  /**
   * As configured ({@code chirpstack.api.version}) and as sent in the header {@code
   * chirpstack.api}.
   */
  @Override
  public String toString() {
    return text;
  }
}
