package io.github.chirpconnect.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.simulator.access.ApiKeys;
import io.github.chirpconnect.simulator.access.Caller;
import io.github.chirpconnect.simulator.database.Chance;
import io.github.chirpconnect.simulator.fault.CallFaults;
import io.github.chirpconnect.simulator.fault.Faults;
import io.github.chirpconnect.simulator.fault.ServerLink;
import io.github.chirpconnect.simulator.network.Enqueues;
import io.github.chirpconnect.simulator.network.LivingNetwork;
import io.github.chirpconnect.simulator.network.Network;
import io.github.chirpconnect.simulator.recorded.Recording;
import io.github.chirpconnect.simulator.recorded.RecordingV3;
import io.github.chirpconnect.simulator.redis.Interval;
import io.github.chirpconnect.simulator.redis.LogStore;
import io.github.chirpconnect.simulator.redis.MetricStore;
import io.github.chirpconnect.simulator.redis.OpenStreams;
import io.github.chirpconnect.simulator.redis.Redis;
import io.github.chirpconnect.simulator.redis.RedisPool;
import io.github.chirpconnect.simulator.rest.RestServer;
import io.github.chirpconnect.simulator.server.Front;
import io.github.chirpconnect.simulator.server.GrpcServer;
import io.github.chirpconnect.simulator.server.UnknownMethods;
import io.github.chirpconnect.simulator.time.Time;
import io.github.chirpconnect.simulator.v3.ApiKeysV3;
import io.github.chirpconnect.simulator.v3.DialectV3;
import io.github.chirpconnect.simulator.v3.ServicesV3;
import io.github.chirpconnect.simulator.v3.StreamsV3;
import io.github.chirpconnect.simulator.v4.ApiKeysV4;
import io.github.chirpconnect.simulator.v4.DialectV4;
import io.github.chirpconnect.simulator.v4.ServicesV4;
import io.grpc.BindableService;
import io.grpc.ServerInterceptor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/**
 * A ChirpStack on the loopback interface, by default 4.19 over gRPC in clear; with other options a
 * ChirpStack 3.17 (Application Server and Network Server), or either over REST.
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
  /** What clients speak. */
  public enum Transport {
    GRPC,
    /** HTTP/1.1 and JSON: in v3 by the server itself, in v4 by the proxy before it. */
    REST
  }

  private static final byte[] SECRET = "you-must-replace-this".getBytes(StandardCharsets.UTF_8);
  private static final Map<Interval, Duration> DAYS_IN_V3 =
      Map.of(Interval.DAY, Duration.ofDays(90));
  private static final Duration USER_TOKEN_LIFE = Duration.ofDays(1);

  private final Generation generation;
  private final Transport transport;
  private final Time time;
  private final int maxStreams;
  private final Duration minimumPingInterval;
  private final Chance chance;
  private final Network network;
  private final LogStore logs;
  private final ApiKeys keys;
  private final OpenStreams streams = new OpenStreams();
  private final Observations observations;
  private final Faults faults;
  private final LivingNetwork living;
  private final ServerLink link;
  private final List<BindableService> services;
  private final List<ServerInterceptor> interceptors;
  private final String adminKey;
  private final String readOnlyKey;

  Simulator(SimulatorBuilder options) {
    generation = options.generation;
    transport = options.transport;
    time = options.time;
    link = new ServerLink(options.proxied, this::newServer);
    maxStreams = options.maxStreams();
    minimumPingInterval = options.minimumPingInterval;
    chance = new Chance(options.seed);
    logs = new LogStore(time, options.history());
    boolean isV3 = generation == Generation.V3;
    Redis redis =
        new Redis(
            logs,
            isV3
                ? new MetricStore(time, options.zone, MetricStore.Clocks.GO_ON, DAYS_IN_V3)
                : new MetricStore(time, options.zone, MetricStore.Clocks.LEFT_OUT, Map.of()));
    RedisPool eventPool = isV3 ? new RedisPool(time, options.pool()) : RedisPool.unlimited(time);
    RedisPool framePool = isV3 ? new RedisPool(time, options.pool()) : RedisPool.unlimited(time);
    LongAdder lostEvents = new LongAdder();
    network =
        new Network(
            generation,
            time,
            chance,
            logs,
            framePool,
            isV3
                ? new DialectV3(redis, eventPool, time, chance, lostEvents)
                : new DialectV4(redis, time, chance));
    keys =
        isV3
            ? new ApiKeysV3(SECRET, time, chance::uuid)
            : new ApiKeysV4(SECRET, time, chance::uuid);
    Enqueues enqueues = new Enqueues(time);
    observations =
        new Observations(
            enqueues, redis, streams, eventPool, framePool, lostEvents::sum, network::lostUplinks);
    CallFaults calls = new CallFaults(time);
    faults = new Faults(link, redis, calls, streams);
    living = new LivingNetwork(network, time, chance);
    interceptors = new ArrayList<>(List.of(observations.counter(), calls));
    if (isV3) {
      StreamsV3 open = new StreamsV3(logs, eventPool, framePool, time, streams, options.streamIds);
      services = ServicesV3.all(keys, network, enqueues, open, redis, eventPool, framePool);
      interceptors.addAll(ServicesV3.interceptors());
    } else {
      services =
          transport == Transport.REST
              ? ServicesV4.rest(keys, network, enqueues, redis)
              : ServicesV4.grpc(
                  keys,
                  network,
                  enqueues,
                  redis,
                  time,
                  options.pace,
                  options.redisTimeout,
                  streams);
      interceptors.addAll(ServicesV4.interceptors(keys));
    }
    adminKey = keys.create(Caller.ADMIN);
    readOnlyKey = keys.create(Caller.READ_ONLY_ADMIN);
    if (options.devicesPerApplication > 0) {
      living.build(options.devicesPerApplication);
    }
  }

  public static SimulatorBuilder builder() {
    return new SimulatorBuilder();
  }

  /** Starts the server; after {@link #stop()} on the same port. */
  public void start() {
    link.start();
  }

  /** Stops the server as a kill does: connections break, streams end with UNAVAILABLE. */
  public void stop() {
    link.stop();
    streams.drop();
  }

  /** {@code 127.0.0.1:port}, for REST {@code http://127.0.0.1:port}; the same after a restart. */
  public String url() {
    return (transport == Transport.REST ? "http://" : "") + "127.0.0.1:" + port();
  }

  public Generation generation() {
    return generation;
  }

  public Transport transport() {
    return transport;
  }

  /** Which of the servers that a connector may meet it is. */
  public SimulatedServer server() {
    return SimulatedServer.of(generation, transport);
  }

  public int port() {
    return link.port();
  }

  /** The token of an API key that may do everything. */
  public String adminKey() {
    return adminKey;
  }

  /** The token of an API key that may read everything, of which v3 has none. */
  public String readOnlyKey() {
    require(Generation.V4, "keys that may only read");
    return readOnlyKey;
  }

  /** The token of a new API key of a tenant, in v3 of an organization. */
  public String tenantKey(String tenantId) {
    return keys.create(Caller.ofTenant(tenantId, false));
  }

  /** The token of a new API key that may read what is a tenant's; v4. */
  public String readOnlyTenantKey(String tenantId) {
    require(Generation.V4, "keys that may only read");
    return keys.create(Caller.ofTenant(tenantId, true));
  }

  /** The token of a new API key of an application; v3. */
  public String applicationKey(String applicationId) {
    require(Generation.V3, "keys of applications");
    return keys.create(Caller.ofApplication(applicationId));
  }

  private void require(Generation wanted, String what) {
    if (generation != wanted) {
      throw new IllegalStateException(what + " are known in " + wanted + " alone");
    }
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

  /** The token of a new admin key with claims of one's own. */
  public String tokenWith(ObjectNode claims) {
    return keys.tokenWith(claims);
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
   * @param file such as {@code v4/walk.jsonl}, of this server's generation
   */
  public Simulator loadRecording(String file) {
    if (generation == Generation.V3) {
      RecordingV3.load(file, network, logs);
    } else {
      Recording.load(file, network, logs);
    }
    return this;
  }

  /** TCP connections open now. */
  public int connections() {
    return link.proxy().connections();
  }

  @Override
  public void close() {
    living.stop();
    stop();
    link.close();
    time.close();
  }

  private Front newServer(int port) {
    if (transport == Transport.REST) {
      return new RestServer(port, generation, chance, services, interceptors);
    }
    return new GrpcServer(
        port, maxStreams, minimumPingInterval, unknownMethods(), services, interceptors);
  }

  private UnknownMethods unknownMethods() {
    return generation == Generation.V4
        ? UnknownMethods.v4()
        : UnknownMethods.v3(
            services.stream()
                .map(service -> service.bindService().getServiceDescriptor().getName())
                .collect(Collectors.toSet()));
  }
}
