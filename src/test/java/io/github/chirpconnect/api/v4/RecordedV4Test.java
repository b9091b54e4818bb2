package io.github.chirpconnect.api.v4;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.github.chirpconnect.api.DeviceState;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.api.QueuedDownlink;
import io.github.chirpconnect.golden.Golden;
import io.github.chirpconnect.golden.Json;
import io.github.chirpconnect.proto.v4.ApplicationServiceGrpc;
import io.github.chirpconnect.proto.v4.DeviceProfile;
import io.github.chirpconnect.proto.v4.DeviceProfileServiceGrpc;
import io.github.chirpconnect.proto.v4.DeviceServiceGrpc;
import io.github.chirpconnect.proto.v4.GatewayServiceGrpc;
import io.github.chirpconnect.proto.v4.GetDeviceProfileResponse;
import io.github.chirpconnect.proto.v4.GetDeviceQueueItemsResponse;
import io.github.chirpconnect.proto.v4.GetDeviceResponse;
import io.github.chirpconnect.proto.v4.InternalServiceGrpc;
import io.github.chirpconnect.proto.v4.LogItem;
import io.github.chirpconnect.proto.v4.MulticastGroupServiceGrpc;
import io.github.chirpconnect.proto.v4.TenantServiceGrpc;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import java.io.ByteArrayInputStream;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Judges {@code proto/v4} and the records read from it by what a ChirpStack 4.19 and an independent
 * client said to each other: no byte is left over, and each field reads as that client read it.
 */
class RecordedV4Test {
  private static final Map<String, MethodDescriptor<?, ?>> METHODS =
      Stream.of(
              ApplicationServiceGrpc.getServiceDescriptor(),
              DeviceProfileServiceGrpc.getServiceDescriptor(),
              DeviceServiceGrpc.getServiceDescriptor(),
              GatewayServiceGrpc.getServiceDescriptor(),
              InternalServiceGrpc.getServiceDescriptor(),
              MulticastGroupServiceGrpc.getServiceDescriptor(),
              TenantServiceGrpc.getServiceDescriptor())
          .map(ServiceDescriptor::getMethods)
          .flatMap(Collection::stream)
          .collect(Collectors.toMap(MethodDescriptor::getFullMethodName, Function.identity()));

  private static final List<Golden.Call> CALLS =
      Stream.of(
              "auth",
              "detection",
              "enqueue",
              "streams",
              "streams-faults",
              "streams-kinds",
              "streams-revoked",
              "unary",
              "walk")
          .flatMap(file -> Golden.calls("v4/" + file + ".jsonl").stream())
          .toList();

  // Recorded, and without a definition here.
  private static final Set<String> UNUSED =
      Set.of(
          // Session keys.
          "/api.DeviceService/GetActivation",
          // v3's, asked to hear that v4 does not know them.
          "/api.GatewayProfileService/List",
          "/api.NetworkServerService/List",
          "/api.OrganizationService/List");

  /** Asked for its codec and its uplink interval alone. */
  private static final String CUT_DOWN = "/api.DeviceProfileService/Get";

  static Stream<Golden.Call> defined() {
    return CALLS.stream().filter(call -> method(call) != null && !call.method().equals(CUT_DOWN));
  }

  static Stream<Golden.Call> profiles() {
    return answersTo(DeviceProfileServiceGrpc.getGetMethod());
  }

  static Stream<Golden.Call> queues() {
    return answersTo(DeviceServiceGrpc.getGetQueueMethod());
  }

  static Stream<Golden.Call> devices() {
    return answersTo(DeviceServiceGrpc.getGetMethod());
  }

  static Stream<Golden.Call> enqueues() {
    return answersTo(DeviceServiceGrpc.getEnqueueMethod());
  }

  static Stream<Golden.Call> logs() {
    return Stream.concat(
        answersTo(InternalServiceGrpc.getStreamDeviceEventsMethod()),
        answersTo(InternalServiceGrpc.getStreamDeviceFramesMethod()));
  }

  @Test
  void everyRecordedMethodIsDefinedOrKnownToBeUnused() {
    Set<String> undefined =
        CALLS.stream()
            .filter(call -> method(call) == null)
            .map(Golden.Call::method)
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(undefined).containsExactlyInAnyOrderElementsOf(UNUSED);
  }

  @ParameterizedTest
  @MethodSource("defined")
  void messagesReadAsTheyWereRecorded(Golden.Call call) {
    if (call.requestJson() != null) {
      assertReads(
          call, parse(method(call).getRequestMarshaller(), call.request()), call.requestJson());
    }
    for (Golden.Message answer : call.messages()) {
      assertReads(call, parse(method(call).getResponseMarshaller(), answer.bytes()), answer.json());
    }
  }

  @ParameterizedTest
  @MethodSource("profiles")
  void profilesHaveTheirCodec(Golden.Call call) {
    DeviceProfile profile =
        ((GetDeviceProfileResponse)
                parse(
                    DeviceProfileServiceGrpc.getGetMethod().getResponseMarshaller(),
                    call.messages().get(0).bytes()))
            .getDeviceProfile();
    JsonNode recorded = call.messages().get(0).json().path("device_profile");

    assertThat(profile.getId()).isEqualTo(recorded.path("id").asText());
    assertThat(profile.getName()).isEqualTo(recorded.path("name").asText());
    assertThat(profile.getPayloadCodecRuntime().name())
        .isEqualTo(recorded.path("payload_codec_runtime").asText("NONE"));
  }

  @ParameterizedTest
  @MethodSource("logs")
  void logEntriesHaveEveryFieldOfTheItem(Golden.Call call) throws Exception {
    LogKind log = call.method().endsWith("Events") ? LogKind.EVENTS : LogKind.FRAMES;
    String devEui = call.requestJson().path("dev_eui").asText();
    for (Golden.Message answer : call.messages()) {
      LogEntry entry = ProtoMapping.entry(log, devEui, LogItem.parseFrom(answer.bytes()));
      JsonNode item = answer.json();
      assertThat(entry.devEui()).isEqualTo(devEui);
      assertThat(entry.log()).isEqualTo(log);
      assertThat(entry.id().text()).isEqualTo(item.path("id").asText());
      assertThat(entry.time()).isEqualTo(instant(item.path("time")));
      assertThat(entry.kind()).isEqualTo(item.path("description").asText());
      assertThat(entry.text()).isEqualTo(item.path("body").asText());
      assertThat(entry.properties()).isEqualTo(map(item.path("properties")));
      assertThat(entry.body()).isEqualTo(Json.read(item.path("body").asText()));
      assertThat(Set.copyOf(fieldNames(item)))
          .isSubsetOf("id", "time", "description", "body", "properties");
    }
  }

  @ParameterizedTest
  @MethodSource("queues")
  void queuedDownlinksHaveEveryFieldOfTheItem(Golden.Call call) throws Exception {
    for (Golden.Message answer : call.messages()) {
      GetDeviceQueueItemsResponse queue = GetDeviceQueueItemsResponse.parseFrom(answer.bytes());
      JsonNode items = answer.json().path("result");
      assertThat(queue.getResultCount()).isEqualTo(items.size());
      for (int i = 0; i < items.size(); i++) {
        QueuedDownlink downlink = ProtoMapping.queued(queue.getResult(i));
        JsonNode item = items.get(i);
        boolean counted =
            item.path("is_pending").asBoolean() || item.path("is_encrypted").asBoolean();
        assertThat(downlink.id()).isEqualTo(item.path("id").asText());
        assertThat(downlink.fPort()).isEqualTo(item.path("f_port").asInt());
        assertThat(downlink.confirmed()).isEqualTo(item.path("confirmed").asBoolean());
        assertThat(downlink.data())
            .isEqualTo(Base64.getDecoder().decode(item.path("data").asText()));
        assertThat(downlink.pending()).isEqualTo(item.path("is_pending").asBoolean());
        assertThat(downlink.fCntDown())
            .isEqualTo(counted ? item.path("f_cnt_down").asLong() : null);
        assertThat(downlink.expiresAt()).isEqualTo(instant(item.path("expires_at")));
        assertBody(ProtoMapping.queueItem(queue.getResult(i)), item, counted);
        // Asked for by device, and no part of the record: whether the sender encrypted it.
        assertThat(Set.copyOf(fieldNames(item)))
            .isSubsetOf(
                "id",
                "dev_eui",
                "f_port",
                "confirmed",
                "data",
                "is_pending",
                "f_cnt_down",
                "expires_at",
                "is_encrypted");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("devices")
  void theStateOfADeviceIsReadFromIt(Golden.Call call) throws Exception {
    for (Golden.Message answer : call.messages()) {
      GetDeviceResponse device = GetDeviceResponse.parseFrom(answer.bytes());
      String enabled = answer.json().path("class_enabled").asText("CLASS_A");
      Instant lastSeen = instant(answer.json().path("last_seen_at"));

      assertThat(ProtoMapping.state(device, true)).isEqualTo(new DeviceState(lastSeen, enabled));
      assertThat(ProtoMapping.state(device, false)).isEqualTo(new DeviceState(lastSeen, null));
    }
  }

  private static void assertBody(JsonNode body, JsonNode item, boolean counted) {
    assertThat(body.path("id").textValue()).isEqualTo(item.path("id").asText());
    assertThat(body.path("devEui").textValue()).isEqualTo(item.path("dev_eui").asText());
    assertThat(body.path("fPort").intValue()).isEqualTo(item.path("f_port").asInt());
    assertThat(body.path("confirmed").booleanValue()).isEqualTo(item.path("confirmed").asBoolean());
    assertThat(body.path("data").textValue()).isEqualTo(item.path("data").asText());
    assertThat(body.path("isPending").booleanValue())
        .isEqualTo(item.path("is_pending").asBoolean());
    assertThat(body.path("isEncrypted").booleanValue())
        .isEqualTo(item.path("is_encrypted").asBoolean());
    assertThat(body.get("fCntDown").isNull()).isEqualTo(!counted && !item.has("f_cnt_down"));
    assertThat(body.path("fCntDown").asLong()).isEqualTo(item.path("f_cnt_down").asLong());
    assertThat(instant(body.path("expiresAt"))).isEqualTo(instant(item.path("expires_at")));
  }

  @ParameterizedTest
  @MethodSource("enqueues")
  void anAcceptedDownlinkHasAnId(Golden.Call call) throws Exception {
    for (Golden.Message answer : call.messages()) {
      Message parsed = parse(method(call).getResponseMarshaller(), answer.bytes());
      assertThat(parsed.getField(parsed.getDescriptorForType().findFieldByName("id")))
          .isEqualTo(answer.json().path("id").asText());
    }
  }

  private static MethodDescriptor<?, ?> method(Golden.Call call) {
    return METHODS.get(call.method().substring(1));
  }

  private static Stream<Golden.Call> answersTo(MethodDescriptor<?, ?> method) {
    List<Golden.Call> calls =
        CALLS.stream()
            .filter(call -> call.method().equals("/" + method.getFullMethodName()))
            .filter(call -> !call.messages().isEmpty())
            .toList();
    assertThat(calls).isNotEmpty();
    return calls.stream();
  }

  private static Instant instant(JsonNode text) {
    return text.isMissingNode() ? null : Instant.parse(text.asText());
  }

  private static Map<String, String> map(JsonNode object) {
    Map<String, String> values = new HashMap<>();
    fieldNames(object).forEach(name -> values.put(name, object.path(name).asText()));
    return values;
  }

  private static List<String> fieldNames(JsonNode object) {
    return object.properties().stream().map(Map.Entry::getKey).toList();
  }

  private static Message parse(MethodDescriptor.Marshaller<?> marshaller, byte[] bytes) {
    return (Message) marshaller.parse(new ByteArrayInputStream(bytes));
  }

  private static void assertReads(Golden.Call call, Message message, JsonNode recorded) {
    assertThat(unknownFields(message)).as("%s: unknown fields", call).isEmpty();
    JsonNode rendered = Json.read(render(message));
    assertThat(Json.same(rendered, recorded))
        .as("%s:%n  read     %s%n  recorded %s", call, rendered, recorded)
        .isTrue();
  }

  /** As the recorder did: names of the definitions, default values left out. */
  private static String render(Message message) {
    try {
      return JsonFormat.printer().preservingProtoFieldNames().print(message);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> unknownFields(Message message) {
    Stream<String> own =
        message.getUnknownFields().asMap().keySet().stream()
            .map(number -> message.getDescriptorForType().getFullName() + " " + number);
    Stream<String> nested =
        message.getAllFields().values().stream()
            .flatMap(value -> value instanceof List<?> list ? list.stream() : Stream.of(value))
            .filter(Message.class::isInstance)
            .flatMap(value -> unknownFields((Message) value).stream());
    return Stream.concat(own, nested).toList();
  }
}
