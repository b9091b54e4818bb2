package io.github.chirpconnect.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.proto.v4.DeviceListItem;
import io.github.chirpconnect.proto.v4.ListDevicesRequest;
import io.github.chirpconnect.proto.v4.ListDevicesResponse;
import io.github.chirpconnect.simulator.network.Network;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SimulatorListsTest {
  private final Simulator simulator = Simulator.builder().start();
  private final Network network = simulator.network();
  private final String application = network.applicationIds().get(0);
  private final Client client = new Client(simulator);

  @AfterEach
  void close() {
    client.close();
    simulator.close();
  }

  @Test
  void cutsPagesAndCountsWithoutThem() {
    assertThat(list(request()).getTotalCount()).isEqualTo(12);
    assertThat(list(request()).getResultList()).isEmpty();
    assertThat(names(request().setLimit(2).setOffset(10)))
        .containsExactly("sensor-011", "sensor-012");
    assertThat(names(request().setLimit(-1))).hasSize(12);
    assertThat(names(request().setLimit(1).setOrderByDesc(true))).containsExactly("sensor-012");
  }

  @Test
  void searchesNamesAsSqlDoes() {
    assertThat(names(request().setLimit(99).setSearch("SENSOR-01"))).hasSize(3);
    assertThat(names(request().setLimit(99).setSearch("r%2")))
        .containsExactly("sensor-002", "sensor-012");
    assertThat(names(request().setLimit(99).setSearch("r_0_2")))
        .containsExactly("sensor-002", "sensor-012");
    assertThat(names(request().setLimit(99).setSearch("sensor.0"))).isEmpty();
  }

  @Test
  void filtersByEveryTagGiven() {
    assertThat(names(request().setLimit(99).putTags("floor", "0"))).hasSize(4);
    assertThat(names(request().setLimit(99).putTags("floor", "0").putTags("building", "north")))
        .hasSize(4);
    assertThat(names(request().setLimit(99).putTags("floor", "0").putTags("building", "south")))
        .isEmpty();
  }

  @Test
  void countsADeviceOnceForEachGroupThatItIsIn() {
    String device = network.devEuis().get(0);
    network.addMulticastGroup(application, "second", List.of(device));

    ListDevicesResponse answer = list(request().setLimit(99));

    assertThat(answer.getResultCount()).isEqualTo(12);
    assertThat(answer.getTotalCount()).isEqualTo(13);
  }

  @Test
  void listsItsServicesToAnybodyWhoAsksForReflection() throws Exception {
    CompletableFuture<ServerReflectionResponse> answer = new CompletableFuture<>();
    StreamObserver<ServerReflectionRequest> reflection =
        ServerReflectionGrpc.newStub(client.channel())
            .serverReflectionInfo(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ServerReflectionResponse response) {
                    answer.complete(response);
                  }

                  @Override
                  public void onError(Throwable error) {
                    answer.completeExceptionally(error);
                  }

                  @Override
                  public void onCompleted() {}
                });
    reflection.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());

    assertThat(answer.get().getListServicesResponse().getServiceList())
        .extracting(ServiceResponse::getName)
        .contains(
            "api.DeviceService", "api.InternalService", "grpc.reflection.v1.ServerReflection");
    reflection.onCompleted();
  }

  private ListDevicesRequest.Builder request() {
    return ListDevicesRequest.newBuilder().setApplicationId(application);
  }

  private ListDevicesResponse list(ListDevicesRequest.Builder request) {
    return client.devices(simulator.adminKey()).list(request.build());
  }

  private List<String> names(ListDevicesRequest.Builder request) {
    return list(request).getResultList().stream().map(DeviceListItem::getName).toList();
  }
}
