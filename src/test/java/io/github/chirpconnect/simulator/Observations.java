package io.github.chirpconnect.simulator;

import io.github.chirpconnect.simulator.network.Enqueues;
import io.github.chirpconnect.simulator.network.Enqueues.DeviceEnqueue;
import io.github.chirpconnect.simulator.network.Enqueues.GroupEnqueue;
import io.github.chirpconnect.simulator.redis.LogStore;
import io.github.chirpconnect.simulator.redis.OpenStreams;
import io.github.chirpconnect.simulator.redis.Redis;
import io.github.chirpconnect.simulator.redis.RedisPool;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** What the simulator saw, to assert by. */
public final class Observations {
  /**
   * A server's Redis connections.
   *
   * @param inUse held by streams now
   * @param most that streams held at one time
   */
  public record Pool(int size, int inUse, int most) {}

  private final Map<String, LongAdder> calls = new ConcurrentHashMap<>();
  private final Enqueues enqueues;
  private final Redis redis;
  private final OpenStreams streams;
  private final RedisPool eventPool;
  private final RedisPool framePool;
  private final LongSupplier lostEvents;
  private final LongSupplier lostUplinks;

  Observations(
      Enqueues enqueues,
      Redis redis,
      OpenStreams streams,
      RedisPool eventPool,
      RedisPool framePool,
      LongSupplier lostEvents,
      LongSupplier lostUplinks) {
    this.enqueues = enqueues;
    this.redis = redis;
    this.streams = streams;
    this.eventPool = eventPool;
    this.framePool = framePool;
    this.lostEvents = lostEvents;
    this.lostUplinks = lostUplinks;
  }

  /**
   * How often a method was called, refused calls included: {@code calls("DeviceService/Enqueue")}.
   */
  public long calls(String method) {
    LongAdder count = calls.get("api." + method);
    return count == null ? 0 : count.sum();
  }

  /** How often each method was called so far, by its full name; refused calls count. */
  public Map<String, Long> calls() {
    Map<String, Long> all = new TreeMap<>();
    calls.forEach((method, count) -> all.put(method, count.sum()));
    return all;
  }

  /** Every accepted enqueue of a device, in the order of acceptance. */
  public List<DeviceEnqueue> enqueues() {
    return enqueues.devices();
  }

  /** Every accepted enqueue of a multicast group, in the order of acceptance. */
  public List<GroupEnqueue> groupEnqueues() {
    return enqueues.groups();
  }

  /** How often streams, of devices and of gateways, looked into Redis: one command each. */
  public long streamReads() {
    return redis.logs().reads();
  }

  /** How many buckets and states of metrics were read from Redis: one command each. */
  public long metricReads() {
    return redis.metrics().reads();
  }

  /** Streams open now. */
  public int openStreams() {
    return streams.count();
  }

  /** The most streams that were open at one time. */
  public int mostOpenStreams() {
    return streams.most();
  }

  /**
   * The devices whose events are streamed now, as their EUIs were given; each as often as it has
   * streams.
   */
  public List<String> streamedEvents() {
    return streamed(LogStore.Kind.DEVICE_EVENTS);
  }

  /** The same of devices' frames. */
  public List<String> streamedFrames() {
    return streamed(LogStore.Kind.DEVICE_FRAMES);
  }

  /** The same of gateways' frames. */
  public List<String> streamedGatewayFrames() {
    return streamed(LogStore.Kind.GATEWAY_FRAMES);
  }

  private List<String> streamed(LogStore.Kind kind) {
    return streams.keys().stream()
        .filter(key -> key.kind() == kind)
        .map(LogStore.Key::eui)
        .toList();
  }

  /**
   * The Redis connections of v3's application server, of which each open event stream holds one.
   */
  public Pool eventPool() {
    return pool(eventPool);
  }

  /** The Redis connections of v3's network server, of which each open frame stream holds one. */
  public Pool framePool() {
    return pool(framePool);
  }

  private static Pool pool(RedisPool pool) {
    return new Pool(pool.size(), pool.held(), pool.mostHeld());
  }

  /** Events that are in no log because streams held all Redis connections. */
  public long lostEvents() {
    return lostEvents.getAsLong();
  }

  /** Joins and uplinks that were not handled because streams held all Redis connections. */
  public long lostUplinks() {
    return lostUplinks.getAsLong();
  }

  ServerInterceptor counter() {
    return new ServerInterceptor() {
      @Override
      public <Q, A> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        calls
            .computeIfAbsent(
                call.getMethodDescriptor().getFullMethodName(), name -> new LongAdder())
            .increment();
        return next.startCall(call, headers);
      }
    };
  }
}
