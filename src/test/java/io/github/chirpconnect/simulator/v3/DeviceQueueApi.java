package io.github.chirpconnect.simulator.v3;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import com.google.protobuf.Empty;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import io.github.chirpconnect.proto.v3.DeviceQueueItem;
import io.github.chirpconnect.proto.v3.DeviceQueueServiceGrpc;
import io.github.chirpconnect.proto.v3.EnqueueDeviceQueueItemRequest;
import io.github.chirpconnect.proto.v3.EnqueueDeviceQueueItemResponse;
import io.github.chirpconnect.proto.v3.FlushDeviceQueueRequest;
import io.github.chirpconnect.proto.v3.ListDeviceQueueItemsRequest;
import io.github.chirpconnect.proto.v3.ListDeviceQueueItemsResponse;
import io.github.chirpconnect.simulator.codec.Codec;
import io.github.chirpconnect.simulator.database.NetworkDevice;
import io.github.chirpconnect.simulator.network.Enqueues;
import io.github.chirpconnect.simulator.network.Network;
import io.github.chirpconnect.simulator.redis.RedisPool;
import io.github.chirpconnect.simulator.server.Answers;
import io.github.chirpconnect.simulator.server.Refusals;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.List;

/** DeviceQueueService of v3. */
final class DeviceQueueApi extends DeviceQueueServiceGrpc.DeviceQueueServiceImplBase {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DEV_EUI = "devEUI: ";
  private static final String POOL_TIMEOUT =
      "enqueue downlink payload error: get next downlink fcnt for deveui error: "
          + "rpc error: code = Unknown desc = redis: connection pool timeout";

  private final Network network;
  private final AccessV3 access;
  private final Enqueues enqueues;
  private final RedisPool pool;

  /**
   * @param pool the network server's
   */
  DeviceQueueApi(Network network, AccessV3 access, Enqueues enqueues, RedisPool pool) {
    this.network = network;
    this.access = access;
    this.enqueues = enqueues;
    this.pool = pool;
  }

  @Override
  public void enqueue(
      EnqueueDeviceQueueItemRequest request,
      StreamObserver<EnqueueDeviceQueueItemResponse> client) {
    Answers.later(
        client,
        () -> {
          DeviceQueueItem item = checked(request);
          String devEui = ArgumentsV3.eui(DEV_EUI, item.getDevEui());
          access.device(devEui);
          var queued = toQueue(devEui, item);
          pool.use(
              () -> Answers.answer(client, () -> enqueue(devEui, queued)),
              () -> client.onError(Refusals.internal(POOL_TIMEOUT)));
        });
  }

  private static DeviceQueueItem checked(EnqueueDeviceQueueItemRequest request) {
    if (!request.hasDeviceQueueItem()) {
      throw Refusals.invalid("queue_item must not be nil");
    }
    if (request.getDeviceQueueItem().getFPort() == 0) {
      throw Refusals.invalid("f_port must be > 0");
    }
    return request.getDeviceQueueItem();
  }

  private io.github.chirpconnect.proto.v4.DeviceQueueItem toQueue(
      String devEui, DeviceQueueItem item) {
    synchronized (network) {
      NetworkDevice device = network.rows().devices.get(devEui);
      if (device == null) {
        throw ArgumentsV3.doesNotExist();
      }
      return io.github.chirpconnect.proto.v4.DeviceQueueItem.newBuilder()
          .setConfirmed(item.getConfirmed())
          .setFPort(item.getFPort())
          .setData(data(device, item))
          .build();
    }
  }

  private EnqueueDeviceQueueItemResponse enqueue(
      String devEui, io.github.chirpconnect.proto.v4.DeviceQueueItem item) {
    synchronized (network) {
      var queued = network.queues().enqueue(devEui, item);
      enqueues.accepted(queued);
      return EnqueueDeviceQueueItemResponse.newBuilder().setFCnt(queued.getFCntDown()).build();
    }
  }

  /** An object wins over bytes, unless it is {@code null}. */
  private ByteString data(NetworkDevice device, DeviceQueueItem item) {
    if (item.getJsonObject().isEmpty() || item.getJsonObject().equals("null")) {
      return item.getData();
    }
    Codec codec = network.rows().profile(device).codec();
    if (codec == null) {
      throw unknown("unknown codec type: ");
    }
    try {
      return ByteString.copyFrom(codec.encode(struct(item.getJsonObject())));
    } catch (Codec.CodecException e) {
      throw unknown(e.getMessage());
    }
  }

  /** Of JSON that is no object a script finds no field. */
  private static Struct struct(String text) {
    try {
      JsonNode json = JSON.readTree(text);
      Struct.Builder struct = Struct.newBuilder();
      if (json.isObject()) {
        JsonFormat.parser().merge(text, struct);
      }
      return struct.build();
    } catch (JsonEOFException e) {
      throw unknown("unexpected end of JSON input");
    } catch (JsonProcessingException | InvalidProtocolBufferException e) {
      throw unknown("invalid character in JSON input");
    }
  }

  private static StatusRuntimeException unknown(String text) {
    return Status.UNKNOWN.withDescription(text).asRuntimeException();
  }

  @Override
  public void flush(FlushDeviceQueueRequest request, StreamObserver<Empty> client) {
    Answers.unary(
        client,
        () -> {
          String devEui = existing(request.getDevEui());
          synchronized (network) {
            network.queues().flush(devEui);
          }
          return Empty.getDefaultInstance();
        });
  }

  @Override
  public void list(
      ListDeviceQueueItemsRequest request, StreamObserver<ListDeviceQueueItemsResponse> client) {
    Answers.unary(
        client,
        () -> {
          var queue = network.queue(existing(request.getDevEui()));
          List<DeviceQueueItem> items = queue.stream().map(DeviceQueueApi::item).toList();
          return ListDeviceQueueItemsResponse.newBuilder()
              .addAllDeviceQueueItems(request.getCountOnly() ? List.of() : items)
              .setTotalCount(queue.size())
              .build();
        });
  }

  private String existing(String text) {
    String devEui = ArgumentsV3.eui(DEV_EUI, text);
    access.device(devEui);
    if (!network.hasDevice(devEui)) {
      throw ArgumentsV3.doesNotExist();
    }
    return devEui;
  }

  private static DeviceQueueItem item(io.github.chirpconnect.proto.v4.DeviceQueueItem queued) {
    return DeviceQueueItem.newBuilder()
        .setDevEui(queued.getDevEui())
        .setConfirmed(queued.getConfirmed())
        .setFPort(queued.getFPort())
        .setData(queued.getData())
        .setFCnt(queued.getFCntDown())
        .build();
  }
}
