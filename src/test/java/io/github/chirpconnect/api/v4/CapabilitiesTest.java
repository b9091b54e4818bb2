package io.github.chirpconnect.api.v4;

import static io.github.chirpconnect.api.grpc.ScriptedServer.refused;
import static io.github.chirpconnect.api.grpc.ScriptedServer.status;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.grpc.ScriptedServer;
import io.github.chirpconnect.api.grpc.UnaryCalls;
import io.github.chirpconnect.api.v4.Capabilities.Capability;
import io.github.chirpconnect.proto.v4.ApplicationServiceGrpc;
import io.github.chirpconnect.proto.v4.DeviceProfileServiceGrpc;
import io.github.chirpconnect.proto.v4.GetDeviceProfileVendorRequest;
import io.github.chirpconnect.proto.v4.ListApplicationDeviceTagsRequest;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.reflection.v1.ErrorResponse;
import io.grpc.reflection.v1.FileDescriptorResponse;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(30)
class CapabilitiesTest {
  private static final MethodDescriptor<ServerReflectionRequest, ServerReflectionResponse> V1 =
      reflection("grpc.reflection.v1");
  private static final MethodDescriptor<ServerReflectionRequest, ServerReflectionResponse> V1ALPHA =
      reflection("grpc.reflection.v1alpha");
  private static final MethodDescriptor<ListApplicationDeviceTagsRequest, ?> LIST_DEVICE_TAGS =
      ApplicationServiceGrpc.getListDeviceTagsMethod();
  private static final MethodDescriptor<GetDeviceProfileVendorRequest, ?> GET_VENDOR =
      DeviceProfileServiceGrpc.getGetVendorMethod();

  private ScriptedServer server = ScriptedServer.withoutReflection();

  @AfterEach
  void close() {
    server.close();
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"RELAY_GATEWAYS", "GLOBAL_PROFILES"})
  void aServerThatDescribesItselfIsBelieved(Capability capability) throws Exception {
    close();
    server = ScriptedServer.current();

    assertThat(has(capabilities(), capability)).isTrue();
    assertThat(server.received).isEmpty();
  }

  @Test
  void anOldServerDescribesItselfInTheOlderProtocolAndIsAskedOnce() throws Exception {
    server.on(V1ALPHA, request -> describe("id", "dev_eui", "is_encrypted"));
    Capabilities capabilities = capabilities();

    assertThat(has(capabilities, Capability.ENCRYPTED)).isTrue();
    assertThat(has(capabilities, Capability.EXPIRES_AT)).isFalse();
    assertThat(has(capabilities, Capability.FLUSH_QUEUE)).isFalse();
    assertThat(server.count(V1ALPHA)).isEqualTo(1);
    assertThat(server.requests(V1ALPHA).get(0).getFileContainingSymbol())
        .isEqualTo("api.DeviceQueueItem");
  }

  @Test
  void withoutReflectionAMethodOfALaterReleaseProvesTheField() throws Exception {
    server.on(
        LIST_DEVICE_TAGS,
        request -> {
          throw refused();
        });
    server.on(
        GET_VENDOR,
        request -> {
          throw status(
              Status.Code.NOT_FOUND, "Object does not exist (id: " + request.getId() + ")");
        });
    Capabilities capabilities = capabilities();

    assertThat(has(capabilities, Capability.EXPIRES_AT)).isTrue();
    assertThat(has(capabilities, Capability.LIST_BY_ID)).isTrue();
    assertThat(has(capabilities, Capability.FLUSH_QUEUE)).isTrue();
    assertThat(has(capabilities, Capability.DEVICE_CLASS)).isFalse();
    assertThat(server.count(LIST_DEVICE_TAGS)).isEqualTo(1);
  }

  @Test
  void withoutReflectionAndWithoutTheMethodTheFieldIsNotCountedOn() throws Exception {
    Capabilities capabilities = capabilities();

    for (Capability capability : Capability.values()) {
      assertThat(has(capabilities, capability)).as(capability.name()).isFalse();
    }
  }

  @Test
  void reflectionOfSomethingElseProvesNothing() throws Exception {
    server.on(
        V1,
        request ->
            ServerReflectionResponse.newBuilder()
                .setErrorResponse(ErrorResponse.newBuilder().setErrorCode(5))
                .build());

    assertThat(has(capabilities(), Capability.EXPIRES_AT)).isFalse();
  }

  @Test
  void anOutageIsNotRemembered() throws Exception {
    server.on(
        V1,
        request -> {
          throw status(Status.Code.UNAVAILABLE, "restarting");
        });
    Capabilities capabilities = capabilities();
    assertThat(failure(capabilities).kind()).isEqualTo(FailureKind.TRANSIENT);

    server.on(V1, request -> describe("expires_at"));

    assertThat(has(capabilities, Capability.EXPIRES_AT)).isTrue();
    assertThat(has(capabilities, Capability.EXPIRES_AT)).isTrue();
    assertThat(server.count(V1)).isEqualTo(2);
  }

  @Test
  void aTokenThatIsRefusedBeforeTheMethodIsLookedForProvesNothing() {
    server.on(
        LIST_DEVICE_TAGS,
        request -> {
          throw status(Status.Code.UNAUTHENTICATED, "InvalidSignature");
        });

    assertThat(failure(capabilities()).kind()).isEqualTo(FailureKind.TOKEN_REFUSED);
  }

  private Capabilities capabilities() {
    return new Capabilities(new UnaryCalls(server::unary));
  }

  private static boolean has(Capabilities capabilities, Capability capability) throws Exception {
    return capabilities.has(capability).get(10, TimeUnit.SECONDS);
  }

  private static ApiException failure(Capabilities capabilities) {
    try {
      capabilities.has(Capability.EXPIRES_AT).get(10, TimeUnit.SECONDS);
      throw new AssertionError("no failure");
    } catch (ExecutionException e) {
      return (ApiException) e.getCause();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** A description of an {@code api.DeviceQueueItem} with these fields. */
  private static ServerReflectionResponse describe(String... fields) {
    DescriptorProto.Builder item = DescriptorProto.newBuilder().setName("DeviceQueueItem");
    for (String field : fields) {
      item.addField(FieldDescriptorProto.newBuilder().setName(field));
    }
    FileDescriptorProto file =
        FileDescriptorProto.newBuilder()
            .setName("api/device.proto")
            .setPackage("api")
            .addMessageType(item)
            .build();
    return ServerReflectionResponse.newBuilder()
        .setFileDescriptorResponse(
            FileDescriptorResponse.newBuilder().addFileDescriptorProto(file.toByteString()))
        .build();
  }

  private static MethodDescriptor<ServerReflectionRequest, ServerReflectionResponse> reflection(
      String version) {
    return MethodDescriptor.<ServerReflectionRequest, ServerReflectionResponse>newBuilder()
        .setType(MethodDescriptor.MethodType.UNARY)
        .setFullMethodName(version + ".ServerReflection/ServerReflectionInfo")
        .setRequestMarshaller(ProtoUtils.marshaller(ServerReflectionRequest.getDefaultInstance()))
        .setResponseMarshaller(ProtoUtils.marshaller(ServerReflectionResponse.getDefaultInstance()))
        .build();
  }
}
