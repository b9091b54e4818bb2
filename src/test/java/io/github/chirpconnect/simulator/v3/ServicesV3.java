package io.github.chirpconnect.simulator.v3;

import io.github.chirpconnect.simulator.access.ApiKeys;
import io.github.chirpconnect.simulator.network.Enqueues;
import io.github.chirpconnect.simulator.network.Network;
import io.github.chirpconnect.simulator.redis.Redis;
import io.github.chirpconnect.simulator.redis.RedisPool;
import io.grpc.BindableService;
import io.grpc.ServerInterceptor;
import java.util.List;

/** What a server of v3 can be asked, over gRPC as over REST. */
public final class ServicesV3 {
  private ServicesV3() {}

  /**
   * @param eventPool the application server's Redis connections
   * @param framePool the network server's
   */
  public static List<BindableService> all(
      ApiKeys keys,
      Network network,
      Enqueues enqueues,
      StreamsV3 streams,
      Redis redis,
      RedisPool eventPool,
      RedisPool framePool) {
    AccessV3 access = new AccessV3(keys, network);
    StatsV3 stats = new StatsV3(redis, eventPool);
    return List.of(
        new OrganizationApi(network, access),
        new ApplicationApiV3(network, access),
        new DeviceProfileApiV3(network, access),
        new DeviceApiV3(network, access, streams, stats),
        new DeviceQueueApi(network, access, enqueues, framePool),
        new GatewayApiV3(network, access, streams, stats),
        new GatewayProfileApi(access),
        new MulticastGroupApiV3(network, access, enqueues),
        new ServiceProfileApi(network, access),
        new NetworkServerApi(network, access),
        new InternalApiV3());
  }

  /** What looks at a call before its service does. */
  public static List<ServerInterceptor> interceptors() {
    return List.of(AccessV3.reader());
  }
}
