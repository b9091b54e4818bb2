package io.github.chirpconnect.simulator.v3;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.github.chirpconnect.proto.v3.StreamDeviceEventLogsResponse;
import io.github.chirpconnect.proto.v4.LogItem;
import io.github.chirpconnect.simulator.redis.LogStore;
import io.github.chirpconnect.simulator.redis.OpenStreams;
import io.github.chirpconnect.simulator.redis.RedisId;
import io.github.chirpconnect.simulator.redis.RedisPool;
import io.github.chirpconnect.simulator.server.Version;
import io.github.chirpconnect.simulator.time.Time;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.function.Supplier;

/**
 * Opens the streams of v3. Events are read through the application server's Redis connections,
 * frames through the network server's.
 */
public final class StreamsV3 {
  /** The description of an entry that nobody can read. */
  public static final String POISON = "poison";

  private static final Status END = Status.OK;
  private static final Status EOF = Status.UNKNOWN.withDescription("EOF");
  private static final Status BAD_FRAME =
      Status.UNKNOWN.withDescription("lorawan: at least 5 bytes needed to decode PHYPayload");

  private final LogStore logs;
  private final RedisPool events;
  private final RedisPool frames;
  private final Time time;
  private final OpenStreams streams;
  private final boolean streamIds;
  private final Version version;

  /**
   * @param streamIds whether events have ids, as they do from 3.17.2 on
   */
  public StreamsV3(
      LogStore logs,
      RedisPool events,
      RedisPool frames,
      Time time,
      OpenStreams streams,
      boolean streamIds,
      Version version) {
    this.logs = logs;
    this.events = events;
    this.frames = frames;
    this.time = time;
    this.streams = streams;
    this.streamIds = streamIds;
    this.version = version;
  }

  void events(String devEui, StreamObserver<StreamDeviceEventLogsResponse> observer) {
    var client = (ServerCallStreamObserver<StreamDeviceEventLogsResponse>) observer;
    LogStore.Key key = new LogStore.Key(LogStore.Kind.DEVICE_EVENTS, devEui);
    open(
        new LogPumpV3<>(key, from(key, "3.16"), logs, events, time, this::event, END, client),
        client);
  }

  <T extends Message> void frames(
      LogStore.Key key, Supplier<Message.Builder> message, StreamObserver<T> observer) {
    ServerCallStreamObserver<T> client = (ServerCallStreamObserver<T>) observer;
    LogPumpV3.Decoder<T> decoder = entry -> frame(entry, message.get());
    open(new LogPumpV3<>(key, from(key, "3.14"), logs, frames, time, decoder, EOF, client), client);
  }

  /**
   * Before there was a history, a stream brought what was written while it was open.
   *
   * @param history since when there is one
   */
  private RedisId from(LogStore.Key key, String history) {
    List<LogItem> entries = version.has(history) ? List.of() : logs.all(key);
    return entries.isEmpty()
        ? RedisId.ZERO
        : RedisId.parse(entries.get(entries.size() - 1).getId());
  }

  private <T> void open(LogPumpV3<T> pump, ServerCallStreamObserver<T> client) {
    client.setOnReadyHandler(pump::resume);
    client.setOnCancelHandler(
        () -> {
          pump.end();
          streams.remove(pump);
        });
    client.setOnCloseHandler(() -> streams.remove(pump));
    streams.add(pump);
    pump.start();
  }

  private StreamDeviceEventLogsResponse event(LogItem entry) throws LogPumpV3.PoisonException {
    if (entry.getDescription().equals(POISON)) {
      throw new LogPumpV3.PoisonException(END);
    }
    StreamDeviceEventLogsResponse.Builder event =
        StreamDeviceEventLogsResponse.newBuilder()
            .setType(entry.getDescription())
            .setPayloadJson(entry.getBody());
    if (entry.hasTime()) {
      event.setPublishedAt(entry.getTime());
    }
    return streamIds ? event.setStreamId(entry.getId()).build() : event.build();
  }

  /** Of whichever of the two responses, which have the same fields. */
  @SuppressWarnings("unchecked")
  private static <T extends Message> T frame(LogItem entry, Message.Builder message)
      throws LogPumpV3.PoisonException {
    if (entry.getDescription().equals(POISON)) {
      throw new LogPumpV3.PoisonException(BAD_FRAME);
    }
    try {
      JsonFormat.parser().merge(entry.getBody(), message);
      return (T) message.build();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a logged frame could not be read", e);
    }
  }
}
