package io.github.chirpconnect.simulator;

import io.grpc.BindableService;
import io.grpc.ServerInterceptor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A ChirpStack 4.19 on the loopback interface. It speaks gRPC in clear, as ChirpStack does.
 *
 * <pre>{@code
 * try (Simulator chirpStack = Simulator.builder().start()) {
 *   chirpStack.network().uplink(chirpStack.network().devEuis().get(0), 10, LabCodec.payload(21.5, 40));
 * }
 * }</pre>
 *
 * <p>It starts with a small network, two tenants with dozens of devices that have not joined
 * ({@link LivingNetwork#build}), unless told otherwise. What is in it outlives {@link #stop()} and
 * {@link #start()}, as it does in a server's database.
 */
public final class Simulator implements AutoCloseable {
  private static final byte[] SECRET = "you-must-replace-this".getBytes(StandardCharsets.UTF_8);
  private static final Duration USER_TOKEN_LIFE = Duration.ofDays(1);

  private final Time time;
  private final boolean proxied;
  private final int maxStreams;
  private final Duration minimumPingInterval;
  private final Network network;
  private final LogStore logs;
  private final ApiKeys keys;
  private final OpenStreams streams = new OpenStreams();
  private final Observations observations;
  private final Faults faults;
  private final LivingNetwork living;
  private final TcpProxy proxy = new TcpProxy();
  private final List<BindableService> services;
  private final List<ServerInterceptor> interceptors;
  private final List<GrpcServer> retired = new ArrayList<>();
  private final String adminKey;
  private final String readOnlyKey;
  private GrpcServer server;
  private int port;

  private Simulator(Builder options) {
    time = options.time;
    proxied = options.proxied;
    maxStreams = options.maxStreams;
    minimumPingInterval = options.minimumPingInterval;
    Chance chance = new Chance(options.seed);
    logs = new LogStore(time, options.history);
    network = new Network(time, chance, logs);
    keys = new ApiKeys(SECRET, time, chance::uuid);
    observations = new Observations(time, streams);
    CallFaults calls = new CallFaults(time);
    faults = new Faults(this, logs, calls, streams);
    living = new LivingNetwork(network, time, chance);
    Access access = new Access(keys, network);
    services =
        List.of(
            new TenantApi(network, access),
            new ApplicationApi(network, access),
            new DeviceProfileApi(network, access),
            new DeviceApi(network, access, observations),
            new GatewayApi(network, access),
            new MulticastGroupApi(network, access, observations),
            new InternalApi(access, logs, time, options.pace, options.redisTimeout, streams));
    interceptors =
        List.of(observations.counter(), calls, new AuthInterceptor(keys), new EarlyHeaders());
    adminKey = keys.create(Caller.ADMIN);
    readOnlyKey = keys.create(Caller.READ_ONLY_ADMIN);
    if (options.populated) {
      living.build();
    }
  }

  public static Builder builder() {
    return new Builder();
  }

  /** Starts the server; after {@link #stop()} on the same port. */
  public synchronized void start() {
    if (server == null) {
      server = newServer(proxied ? 0 : port);
      listen();
    }
  }

  /** Stops the server as a kill does: connections break, streams end with UNAVAILABLE. */
  public synchronized void stop() {
    proxy.refuse();
    proxy.drop(false);
    retired.forEach(GrpcServer::close);
    retired.clear();
    if (server != null) {
      server.close();
      server = null;
    }
    streams.drop();
  }

  /** {@code 127.0.0.1:port}, the same after a restart. */
  public String url() {
    return "127.0.0.1:" + port();
  }

  public synchronized int port() {
    return port;
  }

  /** The token of an API key that may do everything. */
  public String adminKey() {
    return adminKey;
  }

  /** The token of an API key that may read everything. */
  public String readOnlyKey() {
    return readOnlyKey;
  }

  /** The token of a new API key of a tenant. */
  public String tenantKey(String tenantId) {
    return keys.create(new Caller(tenantId, false));
  }

  /** The token of a new API key that may read what is a tenant's. */
  public String readOnlyTenantKey(String tenantId) {
    return keys.create(new Caller(tenantId, true));
  }

  /** The token of a new admin key, to be revoked. */
  public String newAdminKey() {
    return keys.create(Caller.ADMIN);
  }

  /** A token of the server's administrator, as a login gives; good for a day. */
  public String userToken() {
    return keys.userToken(time.now().plus(USER_TOKEN_LIFE));
  }

  /** The same, expired a day ago. */
  public String expiredUserToken() {
    return keys.userToken(time.now().minus(USER_TOKEN_LIFE));
  }

  /** A token of another server: the signature is wrong here. */
  public String foreignKey() {
    return keys.foreignToken();
  }

  /** Deletes the key of a token. Open streams go on. */
  public void revoke(String token) {
    keys.revoke(token);
  }

  public Network network() {
    return network;
  }

  /** Traffic of the network's devices, by hand or by itself. */
  public LivingNetwork living() {
    return living;
  }

  public Faults faults() {
    return faults;
  }

  public Observations observations() {
    return observations;
  }

  /**
   * Puts a recorded network in place of what is there.
   *
   * @param file such as {@code v4/walk.jsonl}
   */
  public Simulator loadRecording(String file) {
    Recording.load(file, network, logs);
    return this;
  }

  /** TCP connections open now. */
  public int connections() {
    return proxy().connections();
  }

  @Override
  public synchronized void close() {
    living.stop();
    stop();
    proxy.close();
    time.close();
  }

  TcpProxy proxy() {
    if (!proxied) {
      throw new IllegalStateException("faults of the network need the proxy, which was left out");
    }
    return proxy;
  }

  synchronized void listen() {
    Objects.requireNonNull(server, "the simulator is not running");
    if (proxied) {
      proxy.open(server.port());
      port = proxy.port();
    } else {
      port = server.port();
    }
  }

  private GrpcServer newServer(int port) {
    return new GrpcServer(port, maxStreams, minimumPingInterval, services, interceptors);
  }

  synchronized void replaceServer() {
    proxy();
    GrpcServer old = server;
    server = newServer(0);
    listen();
    old.retire();
    retired.add(old);
  }

  /** How the simulated server is set up. */
  public static final class Builder {
    private Time time = Time.real();
    private long seed = 1;
    private History history = History.byNodes(10);
    private Duration pace = Duration.ofSeconds(1);
    private Duration redisTimeout = Duration.ofSeconds(5);
    private int maxStreams;
    private Duration minimumPingInterval = Duration.ofNanos(1);
    private boolean proxied = true;
    private boolean populated = true;

    private Builder() {}

    /**
     * The server's clock and timer: the wall clock unless told otherwise. Closed with the
     * simulator.
     */
    public Builder time(Time time) {
      this.time.close();
      this.time = time;
      return this;
    }

    /** What ids, keys and radio noise are made from. */
    public Builder seed(long seed) {
      this.seed = seed;
      return this;
    }

    /** How much of each log is kept: at least ten entries by default, trimmed by nodes. */
    public Builder history(History history) {
      this.history = history;
      return this;
    }

    /**
     * The pause between two looks of a stream at its log, 1 s as in ChirpStack; zero sends entries
     * as they are written.
     */
    public Builder pace(Duration pace) {
      this.pace = pace;
      return this;
    }

    /** How long streams go on after Redis died; 5 s as in ChirpStack. */
    public Builder redisTimeout(Duration redisTimeout) {
      this.redisTimeout = redisTimeout;
      return this;
    }

    /**
     * The HTTP/2 limit of streams on a connection, as a proxy before the server sets it; none by
     * default.
     */
    public Builder maxStreamsPerConnection(int maxStreams) {
      this.maxStreams = maxStreams;
      return this;
    }

    /**
     * Pings that come more often end the connection with {@code too_many_pings}, as behind a gRPC
     * proxy; by default none do.
     */
    public Builder minimumPingInterval(Duration interval) {
      this.minimumPingInterval = interval;
      return this;
    }

    /** Leaves the TCP proxy out, and with it the faults of the network: for benchmarks. */
    public Builder direct() {
      this.proxied = false;
      return this;
    }

    /** Starts with nothing in it. */
    public Builder empty() {
      this.populated = false;
      return this;
    }

    public Simulator start() {
      Simulator simulator = new Simulator(this);
      simulator.start();
      return simulator;
    }
  }
}
