package io.github.chirpconnect.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.github.chirpconnect.golden.V3Methods.V3Method;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Judges {@code proto/v3} by what a v3 server and an independent client said to each other: no byte
 * is left over, and each field reads as that client read it.
 */
class RecordedV3WireTest {
  private static final List<Golden.Call> CALLS =
      Stream.of("walk", "grpc-unary", "grpc-streams", "grpc-errors")
          .flatMap(file -> Golden.calls("v3/" + file + ".jsonl").stream())
          .toList();

  // Recorded, and without a definition here.
  private static final Set<String> UNUSED =
      Set.of(
          // Settings of network servers, gateway profiles and service profiles are not brought into
          // Kafka; lists name them.
          "/api.GatewayProfileService/Get",
          "/api.NetworkServerService/List",
          "/api.ServiceProfileService/List",
          // Session and root keys.
          "/api.DeviceService/GetActivation",
          "/api.DeviceService/GetKeys",
          // Counts of what the lists show.
          "/api.GatewayService/GetLastPing",
          "/api.InternalService/GetDevicesSummary",
          "/api.InternalService/GetGatewaysSummary",
          // Administration.
          "/api.DeviceService/Deactivate",
          "/api.DeviceService/GetRandomDevAddr",
          "/api.MulticastGroupService/Delete",
          // About people; no API key may make most of them.
          "/api.InternalService/GlobalSearch",
          "/api.InternalService/ListAPIKeys",
          "/api.InternalService/Login",
          "/api.InternalService/Profile",
          "/api.OrganizationService/ListUsers",
          "/api.UserService/Get",
          "/api.UserService/List",
          // Asked to hear that v3 does not know them.
          "/api.DeviceService/Nothing",
          "/api.InternalService/GetVersion",
          "/api.InternalService/StreamDeviceEvents",
          "/api.TenantService/List",
          "/grpc.health.v1.Health/Check",
          "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
          // HTTP/2 frames without a call.
          "(raw HTTP/2)");

  // Three hundred calls in one line, whose request was written down by hand: 64-bit numbers are not
  // in quotes.
  private static final String BY_HAND = "burst-parallel-calls-postgresql-connections";

  static Collection<V3Method> methods() {
    return V3Methods.all().values();
  }

  @ParameterizedTest
  @MethodSource("methods")
  void answersReadAsTheyWereRecorded(V3Method method) {
    List<Golden.Call> answered = calls(method).filter(call -> !call.messages().isEmpty()).toList();

    assertThat(answered).isNotEmpty();
    for (Golden.Call call : answered) {
      for (Golden.Message answer : call.messages()) {
        assertReads(call, method.parseResponse(answer.bytes()), answer.json());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void requestsReadAsTheyWereSent(V3Method method) {
    List<Golden.Call> valid =
        calls(method)
            .filter(call -> call.requestJson() != null && !call.name().equals(BY_HAND))
            .toList();

    assertThat(valid).isNotEmpty();
    for (Golden.Call call : valid) {
      assertReads(call, method.parseRequest(call.request()), call.requestJson());
    }
  }

  @Test
  void everyRecordedMethodIsDefinedOrKnownToBeUnused() {
    Set<String> undefined =
        CALLS.stream().map(Golden.Call::method).collect(Collectors.toCollection(TreeSet::new));
    undefined.removeAll(V3Methods.all().keySet());

    assertThat(undefined).containsExactlyInAnyOrderElementsOf(UNUSED);
  }

  private static Stream<Golden.Call> calls(V3Method method) {
    return CALLS.stream().filter(call -> call.method().equals(method.name()));
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
