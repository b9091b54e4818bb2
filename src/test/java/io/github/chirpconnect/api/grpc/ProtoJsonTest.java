package io.github.chirpconnect.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.ListValue;
import com.google.protobuf.Message;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import io.github.chirpconnect.golden.Golden;
import io.github.chirpconnect.golden.Json;
import io.github.chirpconnect.proto.v3.OrganizationListItem;
import io.github.chirpconnect.proto.v4.DeviceListItem;
import io.github.chirpconnect.proto.v4.DeviceQueueItem;
import io.github.chirpconnect.proto.v4.DeviceServiceGrpc;
import io.github.chirpconnect.proto.v4.DeviceStatus;
import io.github.chirpconnect.proto.v4.GatewayListItem;
import io.github.chirpconnect.proto.v4.GatewayServiceGrpc;
import io.github.chirpconnect.proto.v4.GatewayState;
import io.github.chirpconnect.proto.v4.MulticastGroupServiceGrpc;
import io.github.chirpconnect.proto.v4.TenantServiceGrpc;
import io.grpc.MethodDescriptor;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Held to protobuf's own writer of JSON. */
class ProtoJsonTest {
  static Stream<Message> recorded() {
    List<MethodDescriptor<?, ?>> methods =
        List.of(
            DeviceServiceGrpc.getListMethod(),
            DeviceServiceGrpc.getGetMethod(),
            DeviceServiceGrpc.getGetQueueMethod(),
            GatewayServiceGrpc.getListMethod(),
            MulticastGroupServiceGrpc.getListMethod(),
            TenantServiceGrpc.getListMethod());
    return Stream.of("walk", "unary")
        .flatMap(file -> Golden.calls("v4/" + file + ".jsonl").stream())
        .flatMap(
            call ->
                methods.stream()
                    .filter(method -> call.method().equals("/" + method.getFullMethodName()))
                    .flatMap(
                        method ->
                            call.messages().stream()
                                .map(
                                    answer ->
                                        (Message)
                                            method
                                                .getResponseMarshaller()
                                                .parse(new ByteArrayInputStream(answer.bytes())))));
  }

  @ParameterizedTest
  @MethodSource("recorded")
  void whatAServerSaidReadsAsProtobufWritesIt(Message message) throws Exception {
    assertThat(ProtoJson.of(message)).isEqualTo(written(message));
  }

  @Test
  void everyKindOfValueReadsAsProtobufWritesIt() throws Exception {
    Struct object =
        Struct.newBuilder()
            .putFields("nothing", Value.newBuilder().setNullValue(NullValue.NULL_VALUE).build())
            .putFields("number", Value.newBuilder().setNumberValue(1e21).build())
            .putFields("text", Value.newBuilder().setStringValue("ü\n").build())
            .putFields("yes", Value.newBuilder().setBoolValue(true).build())
            .putFields(
                "list",
                Value.newBuilder()
                    .setListValue(
                        ListValue.newBuilder()
                            .addValues(Value.newBuilder().setNumberValue(-0.5))
                            .addValues(
                                Value.newBuilder().setStructValue(Struct.getDefaultInstance())))
                    .build())
            .build();
    DeviceQueueItem item =
        DeviceQueueItem.newBuilder()
            .setData(ByteString.copyFrom(new byte[] {-1, 0, 62, 63}))
            .setFCntDown(-1)
            .setObject(object)
            .setExpiresAt(Timestamp.newBuilder().setSeconds(1_753_259_462).setNanos(100_000))
            .build();

    assertThat(ProtoJson.of(item)).isEqualTo(written(item));
    assertThat(ProtoJson.of(item).path("fCntDown").longValue()).isEqualTo(4_294_967_295L);
  }

  @ParameterizedTest
  @ValueSource(floats = {9.8f, -1f, 0f, 98.43f, 1e-10f, Float.NaN, Float.POSITIVE_INFINITY})
  void aFloatIsTheShortestNumberThatStandsForIt(float battery) throws Exception {
    DeviceListItem item =
        DeviceListItem.newBuilder()
            .setDeviceStatus(DeviceStatus.newBuilder().setBatteryLevel(battery))
            .build();

    assertThat(ProtoJson.of(item)).isEqualTo(written(item));
  }

  @Test
  void scalarsAreAlwaysThereAndMessagesWhereTheyAreSet() {
    assertThat(ProtoJson.of(DeviceListItem.getDefaultInstance()).toString())
        .isEqualTo(
            """
            {"devEui":"","name":"","description":"","deviceProfileId":"",\
            "deviceProfileName":"","tags":{}}\
            """);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1753259462, 0",
    "1753259462, 100000000",
    "1753259462, 120000",
    "1753259462, 7",
    "951825599, 999999999",
    "-1, 500000000",
    "-62135596800, 0",
    "253402300799, 1000"
  })
  void timesAreRfc3339(long seconds, int nanos) throws Exception {
    DeviceListItem item =
        DeviceListItem.newBuilder()
            .setLastSeenAt(Timestamp.newBuilder().setSeconds(seconds).setNanos(nanos))
            .build();

    assertThat(ProtoJson.of(item)).isEqualTo(written(item));
  }

  @Test
  void enumsAreNamesAndWhatANewerServerAddsIsItsNumber() {
    assertThat(state(GatewayListItem.newBuilder().setState(GatewayState.OFFLINE)).textValue())
        .isEqualTo("OFFLINE");
    assertThat(state(GatewayListItem.newBuilder().setStateValue(7)).intValue()).isEqualTo(7);
  }

  @Test
  void numbersOf64BitsAreNumbers() {
    OrganizationListItem item = OrganizationListItem.newBuilder().setId(1L << 60).build();

    assertThat(ProtoJson.of(item).path("id").longValue()).isEqualTo(1L << 60);
  }

  private static JsonNode state(GatewayListItem.Builder gateway) {
    return ProtoJson.of(gateway.build()).path("state");
  }

  private static JsonNode written(Message message) throws Exception {
    ObjectNode written =
        (ObjectNode)
            Json.read(JsonFormat.printer().alwaysPrintFieldsWithNoPresence().print(message));
    return written;
  }
}
