package io.github.chirpconnect.proto;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import io.github.chirpconnect.proto.v3.DeviceServiceGrpc;
import io.grpc.ServiceDescriptor;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import org.junit.jupiter.api.Test;

/** Both generations of the API, of the same protobuf package and file names, live in one JVM. */
class GenerationsTest {
  @Test
  void bothGenerationsOfOneServiceKeepTheirOwnMessages() {
    ServiceDescriptor v3 = DeviceServiceGrpc.getServiceDescriptor();
    ServiceDescriptor v4 = io.github.chirpconnect.proto.v4.DeviceServiceGrpc.getServiceDescriptor();

    assertThat(v3.getName()).isEqualTo(v4.getName()).isEqualTo("api.DeviceService");
    MethodDescriptor listV3 = method(v3, "api.DeviceService/List");
    MethodDescriptor listV4 = method(v4, "api.DeviceService/List");
    assertThat(listV3.getFile().getName()).isEqualTo(listV4.getFile().getName());

    // The same number means something else: what one generation sends, the other cannot read.
    FieldDescriptor thirdInV3 = listV3.getInputType().findFieldByNumber(3);
    FieldDescriptor thirdInV4 = listV4.getInputType().findFieldByNumber(3);
    assertThat(thirdInV3.getName()).isEqualTo("application_id");
    assertThat(thirdInV3.getType()).isEqualTo(FieldDescriptor.Type.INT64);
    assertThat(thirdInV4.getName()).isEqualTo("search");
    assertThat(thirdInV4.getType()).isEqualTo(FieldDescriptor.Type.STRING);
  }

  private static MethodDescriptor method(ServiceDescriptor service, String fullName) {
    return service.getMethods().stream()
        .filter(method -> method.getFullMethodName().equals(fullName))
        .map(method -> (ProtoMethodDescriptorSupplier) method.getSchemaDescriptor())
        .map(ProtoMethodDescriptorSupplier::getMethodDescriptor)
        .findFirst()
        .orElseThrow();
  }
}
