package io.github.chirpconnect.simulator;

import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.simulator.redis.History;
import io.github.chirpconnect.simulator.server.Since;
import io.github.chirpconnect.simulator.server.Version;
import io.github.chirpconnect.simulator.time.Time;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** How the simulated server is set up. */
public final class SimulatorBuilder {
  private static final int HISTORY_ENTRIES = 10;
  private static final int DEVICES_PER_APPLICATION = 12;
  private static final int CONNECTIONS_PER_CPU = 10;
  private static final int STREAMS_PER_CONNECTION_V3 = 250;

  Time time = Time.real();
  long seed = 1;
  Generation generation = Generation.V4;
  Simulator.Transport transport = Simulator.Transport.GRPC;
  History history;
  int cpus = 2;
  boolean streamIds = true;

  /** Null for the newest. */
  private Version version;

  ZoneId zone = ZoneOffset.UTC;
  Duration pace = Duration.ofSeconds(1);
  Duration redisTimeout = Duration.ofSeconds(5);
  int maxStreams = -1;
  Duration minimumPingInterval = Duration.ofNanos(1);
  boolean proxied = true;
  int devicesPerApplication = DEVICES_PER_APPLICATION;

  SimulatorBuilder() {}

  /**
   * The server's clock and timer: the wall clock unless told otherwise. Closed with the simulator.
   */
  public SimulatorBuilder time(Time time) {
    this.time.close();
    this.time = time;
    return this;
  }

  /** What ids, keys and radio noise are made from. */
  public SimulatorBuilder seed(long seed) {
    this.seed = seed;
    return this;
  }

  public SimulatorBuilder generation(Generation generation) {
    this.generation = generation;
    return this;
  }

  public SimulatorBuilder transport(Simulator.Transport transport) {
    this.transport = transport;
    return this;
  }

  /**
   * The CPUs of v3's two servers, two by default: each has ten Redis connections for each CPU, and
   * each open stream holds one of them.
   */
  public SimulatorBuilder cpus(int cpus) {
    this.cpus = cpus;
    return this;
  }

  /** Whether v3's events have ids, as they have from 3.17.2 on. */
  public SimulatorBuilder streamIds(boolean streamIds) {
    this.streamIds = streamIds;
    return this;
  }

  /**
   * An older release, such as {@code 4.8} or {@code 3.10}; 4.19 and 3.17.9 unless told otherwise.
   * What came later is not there: calls, fields, and what lists do with them.
   */
  public SimulatorBuilder version(String version) {
    this.version = Version.of(version);
    return this;
  }

  Version version() {
    return version == null ? Since.newest(generation) : version;
  }

  /** The server's time zone, by which buckets of metrics are cut; UTC unless told otherwise. */
  public SimulatorBuilder zone(ZoneId zone) {
    this.zone = zone;
    return this;
  }

  int pool() {
    return CONNECTIONS_PER_CPU * cpus;
  }

  History history() {
    if (history != null) {
      return history;
    }
    return generation == Generation.V3
        ? History.exactly(HISTORY_ENTRIES)
        : History.byNodes(HISTORY_ENTRIES);
  }

  int maxStreams() {
    if (maxStreams >= 0) {
      return maxStreams;
    }
    return generation == Generation.V3 ? STREAMS_PER_CONNECTION_V3 : 0;
  }

  /**
   * How much of each log is kept: by default at least ten entries, trimmed by nodes, in v4, and
   * exactly ten in v3.
   */
  public SimulatorBuilder history(History history) {
    this.history = history;
    return this;
  }

  /**
   * The pause between two looks of a stream at its log, 1 s as in ChirpStack; zero sends entries as
   * they are written.
   */
  public SimulatorBuilder pace(Duration pace) {
    this.pace = pace;
    return this;
  }

  /** How long streams go on after Redis died; 5 s as in ChirpStack. */
  public SimulatorBuilder redisTimeout(Duration redisTimeout) {
    this.redisTimeout = redisTimeout;
    return this;
  }

  /**
   * The HTTP/2 limit of streams on a connection, as a proxy before the server sets it; by default
   * none in v4, 250 in v3.
   */
  public SimulatorBuilder maxStreamsPerConnection(int maxStreams) {
    this.maxStreams = maxStreams;
    return this;
  }

  /**
   * Pings that come more often end the connection with {@code too_many_pings}, as behind a gRPC
   * proxy; by default none do.
   */
  public SimulatorBuilder minimumPingInterval(Duration interval) {
    this.minimumPingInterval = interval;
    return this;
  }

  /** Leaves the TCP proxy out, and with it the faults of the network: for benchmarks. */
  public SimulatorBuilder direct() {
    this.proxied = false;
    return this;
  }

  /** Starts with nothing in it. */
  public SimulatorBuilder empty() {
    return devicesPerApplication(0);
  }

  /**
   * How many devices each of the four applications of the network has that it starts with: twelve
   * unless told otherwise; with none there is no network at all.
   */
  public SimulatorBuilder devicesPerApplication(int devices) {
    this.devicesPerApplication = devices;
    return this;
  }

  public Simulator start() {
    Simulator simulator = new Simulator(this);
    simulator.start();
    return simulator;
  }
}
