package io.github.chirpconnect.api.v3;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.MessageLite;
import com.google.protobuf.TextFormat;
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
import io.github.chirpconnect.proto.v3.DeviceQueueItem;
import io.github.chirpconnect.proto.v3.DownlinkFrameLog;
import io.github.chirpconnect.proto.v3.EnqueueDeviceQueueItemRequest;
import io.github.chirpconnect.proto.v3.GetDeviceProfileResponse;
import io.github.chirpconnect.proto.v3.GetDeviceResponse;
import io.github.chirpconnect.proto.v3.StreamDeviceEventLogsResponse;
import io.github.chirpconnect.proto.v3.StreamDeviceFrameLogsResponse;
import io.github.chirpconnect.proto.v3.StreamGatewayFrameLogsResponse;
import io.github.chirpconnect.proto.v3.UplinkFrameLog;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/** Reads v3's messages into the port's records, and writes v3's requests. */
final class ProtoMapping {
  private static final int DIGEST_BYTES = 16;
  private static final ObjectReader OBJECT =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .readerFor(JsonNode.class);
  private static final JsonFormat.Printer JSON =
      JsonFormat.printer().omittingInsignificantWhitespace();

  private ProtoMapping() {}

  /**
   * The id is that of the server's Redis stream. Servers before 3.17.2 do not tell it; for them it
   * is a digest of the whole event, including its time of publication. Before 3.16 there is no such
   * time either, so two equal events count as one: two {@code status} events with the same values.
   *
   * @throws ApiException {@link FailureKind#UNUSABLE_SERVER} if the entry's id is not one
   */
  static LogEntry event(String devEui, StreamDeviceEventLogsResponse event) {
    return new LogEntry(
        devEui,
        LogKind.EVENTS,
        event.getStreamId().isEmpty() ? digest(event) : id(devEui, event.getStreamId()),
        event.hasPublishedAt() ? instant(event.getPublishedAt()) : null,
        EventToV4.kind(event.getType()),
        event.getPayloadJson(),
        Map.of(),
        EventToV4.of(event.getType()));
  }

  /**
   * A frame has no id. The digest covers the whole entry, including the identifiers of each
   * reception and the time of publication in nanoseconds. It is the same on each replay, and has no
   * order.
   */
  static LogEntry frame(String devEui, StreamDeviceFrameLogsResponse frame) {
    return frame.hasUplinkFrame()
        ? uplink(LogKind.FRAMES, devEui, frame.getUplinkFrame(), frame)
        : downlink(LogKind.FRAMES, devEui, frame.getDownlinkFrame(), frame);
  }

  /** As a device's frame, with one reception. */
  static LogEntry frame(String gatewayId, StreamGatewayFrameLogsResponse frame) {
    return frame.hasUplinkFrame()
        ? uplink(LogKind.GATEWAY_FRAMES, gatewayId, frame.getUplinkFrame(), frame)
        : downlink(LogKind.GATEWAY_FRAMES, gatewayId, frame.getDownlinkFrame(), frame);
  }

  private static LogEntry uplink(LogKind log, String owner, UplinkFrameLog uplink, Message frame) {
    return new LogEntry(
        owner,
        log,
        digest(frame),
        uplink.hasPublishedAt() ? instant(uplink.getPublishedAt()) : null,
        FramesToV4.type(uplink.getPhyPayloadJson()),
        print(frame),
        Map.of(),
        FramesToV4::parse);
  }

  private static LogEntry downlink(
      LogKind log, String owner, DownlinkFrameLog downlink, Message frame) {
    return new LogEntry(
        owner,
        log,
        digest(frame),
        downlink.hasPublishedAt() ? instant(downlink.getPublishedAt()) : null,
        FramesToV4.type(downlink.getPhyPayloadJson()),
        print(frame),
        properties(downlink),
        FramesToV4::parse);
  }

  private static Map<String, String> properties(DownlinkFrameLog frame) {
    String gateway =
        frame.getGatewayId().isEmpty()
            ? HexFormat.of().formatHex(frame.getTxInfo().getGatewayId().toByteArray())
            : frame.getGatewayId();
    return gateway.isEmpty() ? Map.of() : Map.of("Gateway ID", gateway);
  }

  private static EntryId id(String devEui, String text) {
    try {
      return EntryId.parse(text);
    } catch (IllegalArgumentException e) {
      throw new ApiException(
          FailureKind.UNUSABLE_SERVER,
          "device "
              + devEui
              + ": the server sent a log entry whose id cannot be read, so its place in the log is unknown ("
              + e.getMessage()
              + "); is it a ChirpStack v3?",
          e);
    }
  }

  private static EntryId digest(MessageLite message) {
    try {
      byte[] whole = MessageDigest.getInstance("SHA-256").digest(message.toByteArray());
      return new EntryId.Digest(HexFormat.of().formatHex(Arrays.copyOf(whole, DIGEST_BYTES)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static String print(Message frame) {
    try {
      return JSON.print(frame);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a message without Any and without extensions", e);
    } catch (IllegalArgumentException e) {
      // A gateway's time or duration that JSON has no form for: the record has the frame as text.
      return TextFormat.printer().printToString(frame);
    }
  }

  /** In v4's form. v3 does not tell whether an item is pending, and has neither expiry nor ids. */
  static ObjectNode queueItem(DeviceQueueItem item) {
    ObjectNode body = JsonFields.object();
    body.putNull("id");
    body.put("devEui", item.getDevEui());
    body.put("confirmed", item.getConfirmed());
    body.put("fPort", Integer.toUnsignedLong(item.getFPort()));
    body.put("data", Base64.getEncoder().encodeToString(item.getData().toByteArray()));
    body.putNull("isPending");
    body.put("fCntDown", Integer.toUnsignedLong(item.getFCnt()));
    body.putNull("isEncrypted");
    return body;
  }

  /** Servers before 3.7.4 lack the field. */
  static Optional<Duration> uplinkInterval(GetDeviceProfileResponse answer) {
    if (!answer.hasDeviceProfile() || !answer.getDeviceProfile().hasUplinkInterval()) {
      return Optional.empty();
    }
    com.google.protobuf.Duration interval = answer.getDeviceProfile().getUplinkInterval();
    return Optional.of(Duration.ofSeconds(interval.getSeconds(), interval.getNanos()));
  }

  /** v3 does not tell whether an item waits for its acknowledgement. */
  static QueuedDownlink queued(DeviceQueueItem item) {
    return new QueuedDownlink(
        null,
        item.getFPort(),
        item.getConfirmed(),
        item.getData().toByteArray(),
        false,
        Integer.toUnsignedLong(item.getFCnt()),
        null);
  }

  /** The class is that of the device profile; the device may behave differently. */
  static DeviceState state(GetDeviceResponse device) {
    return new DeviceState(device.hasLastSeenAt() ? instant(device.getLastSeenAt()) : null, null);
  }

  /**
   * @throws ApiException {@link FailureKind#BAD_REQUEST} if the object is not a JSON object: the
   *     server would read JSON's null as no object, and queue an empty payload
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
      item.setJsonObject(object(downlink.objectJson()));
    }
    return EnqueueDeviceQueueItemRequest.newBuilder().setDeviceQueueItem(item).build();
  }

  private static String object(String json) {
    boolean object;
    try {
      object = OBJECT.readTree(json).isObject();
    } catch (JsonProcessingException e) {
      throw new ApiException(
          FailureKind.BAD_REQUEST,
          "the object for the codec is no JSON: " + e.getOriginalMessage(),
          e);
    }
    if (!object) {
      throw new ApiException(FailureKind.BAD_REQUEST, "the object for the codec is no JSON object");
    }
    return json;
  }

  private static Instant instant(Timestamp timestamp) {
    return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
  }
}
