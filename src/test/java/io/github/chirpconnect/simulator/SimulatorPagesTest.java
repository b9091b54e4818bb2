package io.github.chirpconnect.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.proto.v4.ApplicationServiceGrpc;
import io.github.chirpconnect.proto.v4.DeviceProfileServiceGrpc;
import io.github.chirpconnect.proto.v4.DeviceServiceGrpc;
import io.github.chirpconnect.proto.v4.GatewayServiceGrpc;
import io.github.chirpconnect.proto.v4.ListGatewaysRequest;
import io.github.chirpconnect.proto.v4.ListGatewaysResponse;
import io.github.chirpconnect.proto.v4.MulticastGroupServiceGrpc;
import io.github.chirpconnect.proto.v4.TenantServiceGrpc;
import io.github.chirpconnect.proto.v4.common.Location;
import io.github.chirpconnect.simulator.network.Network;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every list of inventory, of either generation. */
class SimulatorPagesTest {
  /** Enough for pages of two. */
  private static final int ROWS = 5;

  /**
   * A list.
   *
   * @param filter the field that names whose it is; empty where a list needs none
   */
  private record Listing(Generation generation, MethodDescriptor<?, ?> method, String filter) {
    @Override
    public String toString() {
      return generation + " " + method.getFullMethodName();
    }
  }

  private Simulator simulator;
  private Network network;
  private Client client;
  private String tenant;
  private String application;

  static Stream<Listing> lists() {
    return Stream.of(
        new Listing(Generation.V4, TenantServiceGrpc.getListMethod(), ""),
        new Listing(Generation.V4, ApplicationServiceGrpc.getListMethod(), "tenant_id"),
        new Listing(Generation.V4, DeviceProfileServiceGrpc.getListMethod(), "tenant_id"),
        new Listing(Generation.V4, DeviceServiceGrpc.getListMethod(), "application_id"),
        new Listing(Generation.V4, GatewayServiceGrpc.getListMethod(), "tenant_id"),
        new Listing(Generation.V4, GatewayServiceGrpc.getListRelayGatewaysMethod(), "tenant_id"),
        new Listing(Generation.V4, MulticastGroupServiceGrpc.getListMethod(), "application_id"),
        v3(io.github.chirpconnect.proto.v3.OrganizationServiceGrpc.getListMethod(), ""),
        v3(
            io.github.chirpconnect.proto.v3.ApplicationServiceGrpc.getListMethod(),
            "organization_id"),
        v3(
            io.github.chirpconnect.proto.v3.DeviceProfileServiceGrpc.getListMethod(),
            "organization_id"),
        v3(io.github.chirpconnect.proto.v3.DeviceServiceGrpc.getListMethod(), "application_id"),
        v3(io.github.chirpconnect.proto.v3.GatewayServiceGrpc.getListMethod(), "organization_id"),
        v3(
            io.github.chirpconnect.proto.v3.MulticastGroupServiceGrpc.getListMethod(),
            "application_id"));
  }

  private static Listing v3(MethodDescriptor<?, ?> method, String filter) {
    return new Listing(Generation.V3, method, filter);
  }

  private void start(Generation generation) {
    simulator = Simulator.builder().generation(generation).empty().start();
    network = simulator.network();
    client = new Client(simulator);
    tenant = network.addTenant("tenant 1", Map.of());
    application = network.addApplication(tenant, "application 1", Map.of());
    for (int i = 1; i <= ROWS; i++) {
      if (i > 1) {
        network.addTenant("tenant " + i, Map.of());
        network.addApplication(tenant, "application " + i, Map.of());
      }
      String profile = network.addDeviceProfile(tenant, "profile " + i, false, Map.of(), null);
      network.addGateway(
          tenant, "00000000000000a" + i, "gateway " + i, Location.getDefaultInstance());
      network.addDevice("00000000000000d" + i, application, profile, "device " + i);
      network.addMulticastGroup(application, "group " + i, List.of());
      if (generation == Generation.V4) {
        network.relayStats(tenant, "0000000" + i);
      }
    }
  }

  @AfterEach
  void close() {
    client.close();
    simulator.close();
  }

  @ParameterizedTest
  @MethodSource("lists")
  void cutsPagesByNameAndCountsAllWithoutRows(Listing listing) {
    start(listing.generation());

    assertThat(names(listing, 0, 0)).isEmpty();
    assertThat(total(listing, 0, 0)).isEqualTo(ROWS);
    assertThat(names(listing, ROWS + 1, 0)).hasSize(ROWS).isSorted();
    List<String> paged = new ArrayList<>();
    for (int offset = 0; offset < ROWS; offset += 2) {
      assertThat(total(listing, 2, offset)).isEqualTo(ROWS);
      paged.addAll(names(listing, 2, offset));
    }
    assertThat(paged).isEqualTo(names(listing, ROWS, 0));
    assertThat(names(listing, 2, ROWS)).isEmpty();
    assertThat(total(listing, 2, ROWS + 10)).isEqualTo(ROWS);
  }

  @ParameterizedTest
  @MethodSource("lists")
  void givesAKeyNothingOfOthers(Listing listing) {
    start(listing.generation());
    String other = "Bearer " + simulator.tenantKey(network.tenantIds().get(1));

    assertThat(code(listing, other)).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(code(listing, null)).isEqualTo(Status.Code.UNAUTHENTICATED);
  }

  @Test
  void countsAGatewayOnceForEachGroupThatItIsIn() {
    start(Generation.V4);
    String gateway = network.gatewayIds().get(0);
    List<String> groups = network.multicastGroupIds();
    groups.forEach(group -> network.addGatewayToMulticastGroup(group, gateway));

    ListGatewaysResponse all =
        client.call(
            GatewayServiceGrpc.getListMethod(),
            "Bearer " + simulator.adminKey(),
            ListGatewaysRequest.newBuilder().setLimit(99).build());
    assertThat(all.getResultCount()).isEqualTo(ROWS);
    assertThat(all.getTotalCount()).isEqualTo(ROWS - 1 + groups.size());
    ListGatewaysResponse ofGroup =
        client.call(
            GatewayServiceGrpc.getListMethod(),
            "Bearer " + simulator.adminKey(),
            ListGatewaysRequest.newBuilder()
                .setLimit(99)
                .setMulticastGroupId(groups.get(0))
                .build());
    assertThat(ofGroup.getTotalCount()).isEqualTo(1);
    Set<String> ids = new TreeSet<>();
    ofGroup.getResultList().forEach(item -> ids.add(item.getGatewayId()));
    assertThat(ids).containsExactly(gateway);
  }

  private List<String> names(Listing listing, int limit, int offset) {
    Message answer = call(listing, "Bearer " + simulator.adminKey(), limit, offset);
    FieldDescriptor result = answer.getDescriptorForType().findFieldByName("result");
    return ((List<?>) answer.getField(result))
        .stream()
            .map(Message.class::cast)
            .map(item -> item.getField(item.getDescriptorForType().findFieldByName("name")))
            .map(String::valueOf)
            .toList();
  }

  private long total(Listing listing, int limit, int offset) {
    Message answer = call(listing, "Bearer " + simulator.adminKey(), limit, offset);
    FieldDescriptor total = answer.getDescriptorForType().findFieldByName("total_count");
    return ((Number) answer.getField(total)).longValue();
  }

  private Status.Code code(Listing listing, String who) {
    try {
      call(listing, who, 1, 0);
      return Status.Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    }
  }

  @SuppressWarnings("unchecked") // All of them are protobuf's.
  private Message call(Listing listing, String who, int limit, int offset) {
    MethodDescriptor<Message, Message> method =
        (MethodDescriptor<Message, Message>) listing.method();
    Message.Builder request =
        ((Message) ((PrototypeMarshaller<?>) method.getRequestMarshaller()).getMessagePrototype())
            .newBuilderForType();
    set(request, "limit", limit);
    set(request, "offset", offset);
    if (!listing.filter().isEmpty()) {
      set(request, listing.filter(), listing.filter().startsWith("app") ? application : tenant);
    }
    return client.call(method, who, request.build());
  }

  private static void set(Message.Builder request, String name, Object value) {
    FieldDescriptor field = request.getDescriptorForType().findFieldByName(name);
    request.setField(
        field,
        switch (field.getJavaType()) {
          case LONG -> Long.parseLong(value.toString());
          case INT -> Integer.parseInt(value.toString());
          default -> value;
        });
  }
}
