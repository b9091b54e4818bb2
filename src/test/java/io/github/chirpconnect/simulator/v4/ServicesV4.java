package io.github.chirpconnect.simulator.v4;

import io.github.chirpconnect.simulator.access.ApiKeys;
import io.github.chirpconnect.simulator.network.Enqueues;
import io.github.chirpconnect.simulator.network.Network;
import io.github.chirpconnect.simulator.redis.OpenStreams;
import io.github.chirpconnect.simulator.redis.Redis;
import io.github.chirpconnect.simulator.server.Version;
import io.github.chirpconnect.simulator.time.Time;
import io.github.chirpconnect.simulator.v4.metrics.DeviceMetrics;
import io.github.chirpconnect.simulator.v4.metrics.GatewayMetrics;
import io.github.chirpconnect.simulator.v4.metrics.MetricAnswers;
import io.grpc.BindableService;
import io.grpc.ServerInterceptor;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a server of v4 can be asked. */
public final class ServicesV4 {
  private final ApiKeys keys;
  private final Network network;
  private final Enqueues enqueues;
  private final Redis redis;
  private final Version version;

  public ServicesV4(
      ApiKeys keys, Network network, Enqueues enqueues, Redis redis, Version version) {
    this.keys = keys;
    this.network = network;
    this.enqueues = enqueues;
    this.redis = redis;
    this.version = version;
  }

  /** What the proxy that makes REST of gRPC has: no InternalService, and so no streams. */
  public List<BindableService> rest() {
    Access access = new Access(keys, network);
    MetricAnswers metrics = new MetricAnswers(redis);
    return List.of(
        new TenantApi(network, access),
        new ApplicationApi(network, access),
        new DeviceProfileApi(network, access, version),
        new DeviceApi(network, access, enqueues, new DeviceMetrics(metrics)),
        new GatewayApi(network, access, new GatewayMetrics(metrics)),
        new MulticastGroupApi(network, access, enqueues, version));
  }

  /**
   * @param pace between two looks of a stream at its log
   * @param redisTimeout how long a stream goes on after Redis went away
   */
  public List<BindableService> grpc(
      Time time, Duration pace, Duration redisTimeout, OpenStreams streams) {
    List<BindableService> all = new ArrayList<>(rest());
    all.add(
        new InternalApi(
            new Access(keys, network), version, redis.logs(), time, pace, redisTimeout, streams));
    all.add(ProtoReflectionServiceV1.newInstance());
    return List.copyOf(all);
  }

  /** What looks at a call before its service does. */
  public static List<ServerInterceptor> interceptors(ApiKeys keys) {
    return List.of(new AuthInterceptor(keys), new EarlyHeaders());
  }
}
