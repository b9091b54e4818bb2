package io.github.chirpconnect.simulator;

import com.google.protobuf.Descriptors.FieldDescriptor;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.simulator.access.ApiKeys;
import io.github.chirpconnect.simulator.database.Chance;
import io.github.chirpconnect.simulator.fault.CallFaults;
import io.github.chirpconnect.simulator.network.Dialect;
import io.github.chirpconnect.simulator.network.Enqueues;
import io.github.chirpconnect.simulator.network.Network;
import io.github.chirpconnect.simulator.redis.Interval;
import io.github.chirpconnect.simulator.redis.LogStore;
import io.github.chirpconnect.simulator.redis.MetricStore;
import io.github.chirpconnect.simulator.redis.OpenStreams;
import io.github.chirpconnect.simulator.redis.Redis;
import io.github.chirpconnect.simulator.redis.RedisPool;
import io.github.chirpconnect.simulator.rest.RestServer;
import io.github.chirpconnect.simulator.server.Front;
import io.github.chirpconnect.simulator.server.GrpcServer;
import io.github.chirpconnect.simulator.server.OlderServer;
import io.github.chirpconnect.simulator.server.Since;
import io.github.chirpconnect.simulator.server.UnknownMethods;
import io.github.chirpconnect.simulator.server.Version;
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
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Puts a server of one generation together. */
final class Assembly {
  private static final byte[] SECRET = "you-must-replace-this".getBytes(StandardCharsets.UTF_8);
  private static final Map<Interval, Duration> DAYS_IN_V3 =
      Map.of(Interval.DAY, Duration.ofDays(90));

  /**
   * The release of the proxy that makes REST of v4's gRPC, which is older than the newest server.
   */
  private static final Version REST_PROXY = Version.of("4.17");

  final Redis redis;
  final Network network;
  final ApiKeys keys;
  final Observations observations;
  final CallFaults calls;
  final OpenStreams streams = new OpenStreams();
  final Chance chance;

  private final SimulatorBuilder options;
  private final Time time;
  private final boolean isV3;
  private final Version version;
  private final RedisPool eventPool;
  private final RedisPool framePool;
  private final Enqueues enqueues;
  private final List<BindableService> services;
  private final List<ServerInterceptor> interceptors;

  Assembly(SimulatorBuilder options) {
    this.options = options;
    time = options.time;
    isV3 = options.generation == Generation.V3;
    version = options.version();
    chance = new Chance(options.seed);
    redis = redis();
    eventPool = isV3 ? new RedisPool(time, options.pool()) : RedisPool.unlimited(time);
    framePool = isV3 ? new RedisPool(time, options.pool()) : RedisPool.unlimited(time);
    LongAdder lostEvents = new LongAdder();
    Dialect dialect =
        isV3
            ? new DialectV3(redis, eventPool, time, chance, lostEvents, version)
            : new DialectV4(redis, time, chance, version);
    network = new Network(options.generation, time, chance, redis.logs(), framePool, dialect);
    keys =
        isV3
            ? new ApiKeysV3(SECRET, time, chance::uuid)
            : new ApiKeysV4(SECRET, time, chance::uuid);
    enqueues = new Enqueues(time);
    observations =
        new Observations(
            enqueues, redis, streams, eventPool, framePool, lostEvents::sum, network::lostUplinks);
    calls = new CallFaults(time);
    services = services();
    interceptors = interceptors();
  }

  private Redis redis() {
    MetricStore metrics =
        isV3
            ? new MetricStore(time, options.zone, MetricStore.Clocks.GO_ON, DAYS_IN_V3)
            : new MetricStore(time, options.zone, MetricStore.Clocks.LEFT_OUT, Map.of());
    return new Redis(new LogStore(time, options.history()), metrics);
  }

  private List<BindableService> services() {
    if (isV3) {
      StreamsV3 open =
          new StreamsV3(
              redis.logs(), eventPool, framePool, time, streams, options.streamIds, version);
      return ServicesV3.all(keys, network, enqueues, open, redis, eventPool, framePool);
    }
    ServicesV4 v4 = new ServicesV4(keys, network, enqueues, redis, version);
    return options.transport == Simulator.Transport.REST
        ? v4.rest()
        : v4.grpc(time, options.pace, options.redisTimeout, streams);
  }

  private List<ServerInterceptor> interceptors() {
    List<ServerInterceptor> all = new ArrayList<>(List.of(observations.counter()));
    if (version.compareTo(Since.newest(options.generation)) < 0) {
      UnknownMethods unknown = unknownMethods();
      all.add(new OlderServer(Since.of(options.generation), version, unknown::refusal));
    }
    all.add(calls);
    all.addAll(isV3 ? ServicesV3.interceptors() : ServicesV4.interceptors(keys));
    return List.copyOf(all);
  }

  Front newServer(int port) {
    if (options.transport == Simulator.Transport.GRPC) {
      return new GrpcServer(
          port,
          options.maxStreams(),
          options.minimumPingInterval,
          unknownMethods(),
          services,
          interceptors);
    }
    return new RestServer(port, options.generation, shown(), chance, services, interceptors);
  }

  /** The fields that REST knows. */
  private Predicate<FieldDescriptor> shown() {
    Version shown = !isV3 && version.compareTo(REST_PROXY) > 0 ? REST_PROXY : version;
    if (shown.equals(Since.newest(options.generation))) {
      return field -> true;
    }
    Since since = Since.of(options.generation);
    return field -> since.has(shown, field);
  }

  private UnknownMethods unknownMethods() {
    return isV3
        ? UnknownMethods.v3(
            services.stream()
                .map(service -> service.bindService().getServiceDescriptor().getName())
                .collect(Collectors.toSet()))
        : UnknownMethods.v4();
  }
}
