package io.github.chirpconnect.channel.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodOptions;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.google.rpc.context.AttributeContext;
import io.github.chirpconnect.proto.v3.DeviceQueueServiceGrpc;
import io.github.chirpconnect.proto.v3.DeviceServiceGrpc;
import io.github.chirpconnect.proto.v3.GetDeviceRequest;
import io.github.chirpconnect.proto.v3.GetDeviceStatsRequest;
import io.github.chirpconnect.proto.v3.ListDeviceRequest;
import io.github.chirpconnect.proto.v4.DeviceQueueItem;
import io.github.chirpconnect.proto.v4.EnqueueDeviceQueueItemRequest;
import io.github.chirpconnect.proto.v4.GatewayServiceGrpc;
import io.github.chirpconnect.proto.v4.GetGatewayMetricsRequest;
import io.github.chirpconnect.proto.v4.ListDevicesRequest;
import io.github.chirpconnect.proto.v4.ListRelayGatewaysRequest;
import io.github.chirpconnect.proto.v4.common.Aggregation;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpRouteTest {

  @Test
  void putsFieldsOfThePathThere() throws StatusException {
    HttpRoute.Request request =
        route(
            DeviceServiceGrpc.getGetMethod(),
            GetDeviceRequest.newBuilder().setDevEui("0102030405060708").build());

    assertThat(request.verb()).isEqualTo("GET");
    assertThat(request.target()).isEqualTo("/api/devices/0102030405060708");
    assertThat(request.body()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "a/b, a%2Fb",
    "a b, a%20b",
    "'a?b#c', a%3Fb%23c",
    "a+b%, a%2Bb%25",
    "ä, %C3%A4",
    "{x}, %7Bx%7D",
    "$1, %241"
  })
  void encodesWhatThePathWouldTakeForItsOwn(String value, String encoded) throws StatusException {
    assertThat(
            route(
                    DeviceServiceGrpc.getGetMethod(),
                    GetDeviceRequest.newBuilder().setDevEui(value).build())
                .target())
        .isEqualTo("/api/devices/" + encoded);
  }

  @ParameterizedTest
  @CsvSource({"''", ".", ".."})
  void doesNotSendAPathThatWouldMeanAnother(String value) {
    assertThatThrownBy(
            () ->
                route(
                    DeviceServiceGrpc.getGetMethod(),
                    GetDeviceRequest.newBuilder().setDevEui(value).build()))
        .hasMessageContaining("INVALID_ARGUMENT")
        .hasMessageContaining("dev_eui");
  }

  @Test
  void takesNestedFieldsOfThePathOutOfTheBody() throws StatusException {
    HttpRoute.Request request =
        route(
            io.github.chirpconnect.proto.v4.DeviceServiceGrpc.getEnqueueMethod(),
            EnqueueDeviceQueueItemRequest.newBuilder()
                .setQueueItem(
                    DeviceQueueItem.newBuilder()
                        .setDevEui("0102030405060708")
                        .setFPort(10)
                        .setData(ByteString.copyFrom(new byte[] {-1, -17, 1, 2}))
                        .setExpiresAt(Timestamp.newBuilder().setSeconds(1).setNanos(5_000_000)))
                .setFlushQueue(true)
                .build());

    assertThat(request.verb()).isEqualTo("POST");
    assertThat(request.target()).isEqualTo("/api/devices/0102030405060708/queue");
    // Standard base64 with padding; ChirpStack v3 refuses the other kind.
    assertThat(request.body())
        .hasValue(
            "{\"queueItem\":{\"fPort\":10,\"data\":\"/+8BAg==\","
                + "\"expiresAt\":\"1970-01-01T00:00:01.005Z\"},\"flushQueue\":true}");
  }

  @Test
  void keepsAnItemThatHoldsNothingBesideThePath() throws StatusException {
    assertThat(
            route(
                    DeviceQueueServiceGrpc.getEnqueueMethod(),
                    io.github.chirpconnect.proto.v3.EnqueueDeviceQueueItemRequest.newBuilder()
                        .setDeviceQueueItem(
                            io.github.chirpconnect.proto.v3.DeviceQueueItem.newBuilder()
                                .setDevEui("0102030405060708"))
                        .build())
                .body())
        .hasValue("{\"deviceQueueItem\":{}}");
  }

  @Test
  void putsTheRestIntoTheQuery() throws StatusException {
    ListDeviceRequest request =
        ListDeviceRequest.newBuilder()
            .setLimit(100)
            .setApplicationId(3_000_000_000L)
            .setSearch("a&b=c d")
            .putTags("site", "Łódź")
            .build();

    assertThat(route(DeviceServiceGrpc.getListMethod(), request).target())
        .isEqualTo(
            "/api/devices?limit=100&applicationID=3000000000&search=a%26b%3Dc%20d&tags%5Bsite%5D=%C5%81%C3%B3d%C5%BA");
  }

  @Test
  void writesEnumsByNameAndLeavesOutDefaults() throws StatusException {
    ListDevicesRequest request =
        ListDevicesRequest.newBuilder()
            .setLimit(3)
            .setOrderBy(ListDevicesRequest.OrderBy.LAST_SEEN_AT)
            .setOrderByDesc(true)
            .build();

    assertThat(
            route(io.github.chirpconnect.proto.v4.DeviceServiceGrpc.getListMethod(), request)
                .target())
        .isEqualTo("/api/devices?limit=3&orderBy=LAST_SEEN_AT&orderByDesc=true");
    assertThat(
            route(
                    io.github.chirpconnect.proto.v4.DeviceServiceGrpc.getListMethod(),
                    ListDevicesRequest.getDefaultInstance())
                .target())
        .isEqualTo("/api/devices");
  }

  @Test
  void asksForTheMetricsOfAPeriod() throws StatusException {
    Timestamp start = Timestamp.newBuilder().setSeconds(3600).build();
    Timestamp end = Timestamp.newBuilder().setSeconds(7200).build();

    assertThat(
            route(
                    GatewayServiceGrpc.getGetMetricsMethod(),
                    GetGatewayMetricsRequest.newBuilder()
                        .setGatewayId("0102030405060708")
                        .setStart(start)
                        .setEnd(end)
                        .setAggregation(Aggregation.DAY)
                        .build())
                .target())
        .isEqualTo(
            "/api/gateways/0102030405060708/metrics?start=1970-01-01T01%3A00%3A00Z"
                + "&end=1970-01-01T02%3A00%3A00Z&aggregation=DAY");
    assertThat(
            route(
                    DeviceServiceGrpc.getGetStatsMethod(),
                    GetDeviceStatsRequest.newBuilder()
                        .setDevEui("0102030405060708")
                        .setInterval("HOUR")
                        .setStartTimestamp(start)
                        .setEndTimestamp(end)
                        .build())
                .target())
        .isEqualTo(
            "/api/devices/0102030405060708/stats?interval=HOUR"
                + "&startTimestamp=1970-01-01T01%3A00%3A00Z&endTimestamp=1970-01-01T02%3A00%3A00Z");
  }

  /** A gateway's path would take this one's word for an id. */
  @Test
  void listsRelayGateways() throws StatusException {
    assertThat(
            route(
                    GatewayServiceGrpc.getListRelayGatewaysMethod(),
                    ListRelayGatewaysRequest.newBuilder().setLimit(10).setOffset(20).build())
                .target())
        .isEqualTo("/api/gateways/relay-gateways?limit=10&offset=20");
  }

  /** Neither generation has such a method so far. */
  @Test
  void sendsOneFieldAsTheBodyAndTheRestInTheQuery() throws Exception {
    HttpRule rule = HttpRule.newBuilder().setPut("/api/things/{id}").setBody("peer").build();
    FileDescriptor file = file(rule);
    Descriptor thing = file.findMessageTypeByName("Thing");
    Message request =
        DynamicMessage.newBuilder(thing)
            .setField(thing.findFieldByName("id"), "a")
            .setField(
                thing.findFieldByName("peer"),
                AttributeContext.Peer.newBuilder().setIp("::1").build())
            .setField(thing.findFieldByName("note"), "n")
            .build();
    Message noPeer = request.toBuilder().clearField(thing.findFieldByName("peer")).build();

    HttpRoute route = HttpRoute.of(method(file));
    assertThat(route.request(request))
        .isEqualTo(
            new HttpRoute.Request("PUT", "/api/things/a?note=n", Optional.of("{\"ip\":\"::1\"}")));
    assertThat(route.request(noPeer).body()).hasValue("{}");
  }

  private static FileDescriptor file(HttpRule rule) throws DescriptorValidationException {
    DescriptorProto.Builder thing = DescriptorProto.newBuilder().setName("Thing");
    thing.addFieldBuilder().setName("id").setNumber(1).setType(Type.TYPE_STRING);
    thing.addFieldBuilder().setName("note").setNumber(2).setType(Type.TYPE_STRING);
    thing
        .addFieldBuilder()
        .setName("peer")
        .setNumber(3)
        .setType(Type.TYPE_MESSAGE)
        .setTypeName("." + AttributeContext.Peer.getDescriptor().getFullName());
    FileDescriptorProto.Builder file =
        FileDescriptorProto.newBuilder()
            .setName("thing.proto")
            .setSyntax("proto3")
            .addDependency(AttributeContext.getDescriptor().getFile().getName())
            .addMessageType(thing);
    file.addServiceBuilder()
        .setName("Things")
        .addMethodBuilder()
        .setName("Put")
        .setInputType(".Thing")
        .setOutputType(".Thing")
        .setOptions(MethodOptions.newBuilder().setExtension(AnnotationsProto.http, rule));
    return FileDescriptor.buildFrom(
        file.build(), new FileDescriptor[] {AttributeContext.getDescriptor().getFile()});
  }

  private static MethodDescriptor<DynamicMessage, DynamicMessage> method(FileDescriptor file) {
    DynamicMessage thing = DynamicMessage.getDefaultInstance(file.findMessageTypeByName("Thing"));
    return MethodDescriptor.<DynamicMessage, DynamicMessage>newBuilder()
        .setType(MethodDescriptor.MethodType.UNARY)
        .setFullMethodName("Things/Put")
        .setRequestMarshaller(ProtoUtils.marshaller(thing))
        .setResponseMarshaller(ProtoUtils.marshaller(thing))
        .setSchemaDescriptor(new Schema(file))
        .build();
  }

  private record Schema(FileDescriptor file) implements ProtoMethodDescriptorSupplier {
    @Override
    public com.google.protobuf.Descriptors.MethodDescriptor getMethodDescriptor() {
      return getServiceDescriptor().findMethodByName("Put");
    }

    @Override
    public ServiceDescriptor getServiceDescriptor() {
      return file.findServiceByName("Things");
    }

    @Override
    public FileDescriptor getFileDescriptor() {
      return file;
    }
  }

  @Test
  void saysThatAMethodHasNoRestForm() {
    assertThatThrownBy(() -> HttpRoute.of(ServerReflectionGrpc.getServerReflectionInfoMethod()))
        .isInstanceOfSatisfying(
            StatusException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
              assertThat(e.getStatus().getDescription())
                  .contains("ServerReflectionInfo", "grpc://");
            });
  }

  private static <Q extends Message> HttpRoute.Request route(
      MethodDescriptor<Q, ?> method, Q request) throws StatusException {
    return HttpRoute.of(method).request(request);
  }
}
