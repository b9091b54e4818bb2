package io.github.chirpconnect.simulator.v4;

import io.github.chirpconnect.proto.v4.GetTenantRequest;
import io.github.chirpconnect.proto.v4.GetTenantResponse;
import io.github.chirpconnect.proto.v4.ListTenantsRequest;
import io.github.chirpconnect.proto.v4.ListTenantsResponse;
import io.github.chirpconnect.proto.v4.Tenant;
import io.github.chirpconnect.proto.v4.TenantListItem;
import io.github.chirpconnect.proto.v4.TenantServiceGrpc;
import io.github.chirpconnect.simulator.database.Stored;
import io.github.chirpconnect.simulator.network.Network;
import io.github.chirpconnect.simulator.server.Answers;
import io.grpc.stub.StreamObserver;
import java.util.Comparator;
import java.util.List;

/** TenantService. */
final class TenantApi extends TenantServiceGrpc.TenantServiceImplBase {
  private final Network network;
  private final Access access;

  TenantApi(Network network, Access access) {
    this.network = network;
    this.access = access;
  }

  @Override
  public void get(GetTenantRequest request, StreamObserver<GetTenantResponse> client) {
    Answers.unary(client, () -> get(Arguments.uuid(request.getId())));
  }

  private GetTenantResponse get(String id) {
    access.tenant(id);
    synchronized (network) {
      Stored<Tenant> tenant = network.rows().tenants.get(id);
      if (tenant == null) {
        throw Arguments.doesNotExist(id);
      }
      return GetTenantResponse.newBuilder()
          .setTenant(tenant.value())
          .setCreatedAt(tenant.createdAt())
          .setUpdatedAt(tenant.updatedAt())
          .build();
    }
  }

  @Override
  public void list(ListTenantsRequest request, StreamObserver<ListTenantsResponse> client) {
    Answers.unary(client, () -> list(request));
  }

  private ListTenantsResponse list(ListTenantsRequest request) {
    if (!request.getUserId().isEmpty()) {
      Arguments.uuid(request.getUserId());
    }
    access.admin();
    synchronized (network) {
      List<Stored<Tenant>> found =
          network.rows().tenants.values().stream()
              .filter(Answers.nameContains(request.getSearch(), tenant -> tenant.value().getName()))
              // The keys of the simulator are no users' keys: nobody is a member of a tenant.
              .filter(tenant -> request.getUserId().isEmpty())
              .sorted(Comparator.comparing(tenant -> tenant.value().getName()))
              .toList();
      return ListTenantsResponse.newBuilder()
          .setTotalCount(found.size())
          .addAllResult(
              Answers.page(
                  found.stream().map(TenantApi::item), request.getLimit(), request.getOffset()))
          .build();
    }
  }

  private static TenantListItem item(Stored<Tenant> stored) {
    Tenant tenant = stored.value();
    return TenantListItem.newBuilder()
        .setId(tenant.getId())
        .setCreatedAt(stored.createdAt())
        .setUpdatedAt(stored.updatedAt())
        .setName(tenant.getName())
        .setCanHaveGateways(tenant.getCanHaveGateways())
        .setPrivateGatewaysUp(tenant.getPrivateGatewaysUp())
        .setPrivateGatewaysDown(tenant.getPrivateGatewaysDown())
        .setMaxGatewayCount(tenant.getMaxGatewayCount())
        .setMaxDeviceCount(tenant.getMaxDeviceCount())
        .build();
  }
}
