package io.github.chirpconnect.api.v4;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.JsonFormat;
import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.DeviceState;
import io.github.chirpconnect.api.Downlink;
import io.github.chirpconnect.api.EntryId;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.api.QueuedDownlink;
import io.github.chirpconnect.api.grpc.ProtoJson;
import io.github.chirpconnect.proto.v4.DeviceQueueItem;
import io.github.chirpconnect.proto.v4.EnqueueDeviceQueueItemRequest;
import io.github.chirpconnect.proto.v4.GetDeviceProfileResponse;
import io.github.chirpconnect.proto.v4.GetDeviceResponse;
import io.github.chirpconnect.proto.v4.LogItem;
import io.github.chirpconnect.proto.v4.common.DeviceClass;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Reads v4's messages into the port's records, and writes v4's requests. */
final class ProtoMapping {
  private static final ObjectReader JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .readerFor(JsonNode.class);

  private ProtoMapping() {}

  /**
   * @throws IllegalArgumentException if the entry's id is not one
   */
  static LogEntry entry(LogKind log, String owner, LogItem item) {
    return new LogEntry(
        owner,
        log,
        EntryId.parse(item.getId()),
        item.hasTime() ? instant(item.getTime()) : null,
        item.getDescription(),
        item.getBody(),
        item.getPropertiesMap(),
        ProtoMapping::body);
  }

  static JsonNode body(String text) {
    JsonNode body;
    try {
      body = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new ApiException(
          FailureKind.BAD_REQUEST, "the log entry's body is no JSON: " + e.getOriginalMessage(), e);
    }
    if (!body.isObject()) {
      throw new ApiException(FailureKind.BAD_REQUEST, "the log entry's body is no JSON object");
    }
    return body;
  }

  static ObjectNode queueItem(DeviceQueueItem item) {
    ObjectNode body = ProtoJson.of(item);
    if (item.getFCntDown() == 0 && !isCounted(item)) {
      body.putNull("fCntDown");
    }
    return body;
  }

  static QueuedDownlink queued(DeviceQueueItem item) {
    return new QueuedDownlink(
        item.getId(),
        item.getFPort(),
        item.getConfirmed(),
        item.getData().toByteArray(),
        item.getIsPending(),
        isCounted(item) ? Integer.toUnsignedLong(item.getFCntDown()) : null,
        item.hasExpiresAt() ? instant(item.getExpiresAt()) : null);
  }

  /**
   * The server assigns the counter when it sends the item, unless the sender encrypted it; until
   * then the field reads 0.
   */
  private static boolean isCounted(DeviceQueueItem item) {
    return item.getIsPending() || item.getIsEncrypted();
  }

  /**
   * @param withClass whether the server tells the class; if not, the field reads as class A
   */
  static DeviceState state(GetDeviceResponse device, boolean withClass) {
    DeviceClass known = device.getClassEnabled();
    return new DeviceState(
        device.hasLastSeenAt() ? instant(device.getLastSeenAt()) : null,
        withClass && known != DeviceClass.UNRECOGNIZED ? known.name() : null);
  }

  static Optional<Duration> uplinkInterval(GetDeviceProfileResponse answer) {
    return answer.hasDeviceProfile()
        ? Optional.of(
            Duration.ofSeconds(
                Integer.toUnsignedLong(answer.getDeviceProfile().getUplinkInterval())))
        : Optional.empty();
  }

  /**
   * @throws ApiException {@link FailureKind#BAD_REQUEST} if the object is not a JSON object
   */
  static EnqueueDeviceQueueItemRequest enqueue(Downlink downlink) {
    DeviceQueueItem.Builder item =
        DeviceQueueItem.newBuilder()
            .setDevEui(downlink.target().id())
            .setFPort(downlink.fPort())
            .setConfirmed(downlink.confirmed());
    if (downlink.data() != null) {
      item.setData(ByteString.copyFrom(downlink.data()));
    } else {
      item.setObject(object(downlink.objectJson()));
    }
    if (downlink.expiresAt() != null) {
      item.setExpiresAt(timestamp(downlink.expiresAt()));
    }
    if (downlink.encryptedFCntDown() != null) {
      item.setIsEncrypted(true).setFCntDown(downlink.encryptedFCntDown().intValue());
    }
    return EnqueueDeviceQueueItemRequest.newBuilder()
        .setQueueItem(item)
        .setFlushQueue(downlink.flushQueue())
        .build();
  }

  private static Struct object(String json) {
    Struct.Builder object = Struct.newBuilder();
    try {
      JsonFormat.parser().merge(json, object);
    } catch (InvalidProtocolBufferException e) {
      throw new ApiException(
          FailureKind.BAD_REQUEST,
          "the object for the codec is no JSON object: " + e.getMessage(),
          e);
    }
    return object.build();
  }

  static Instant instant(Timestamp timestamp) {
    return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
  }

  static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }
}
