package io.github.chirpconnect.simulator.v3;

import io.github.chirpconnect.proto.v3.GetOrganizationRequest;
import io.github.chirpconnect.proto.v3.GetOrganizationResponse;
import io.github.chirpconnect.proto.v3.ListOrganizationRequest;
import io.github.chirpconnect.proto.v3.ListOrganizationResponse;
import io.github.chirpconnect.proto.v3.Organization;
import io.github.chirpconnect.proto.v3.OrganizationListItem;
import io.github.chirpconnect.proto.v3.OrganizationServiceGrpc;
import io.github.chirpconnect.proto.v4.Tenant;
import io.github.chirpconnect.simulator.database.Stored;
import io.github.chirpconnect.simulator.network.Network;
import io.github.chirpconnect.simulator.server.Answers;
import io.grpc.stub.StreamObserver;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** OrganizationService of v3. A tenant's name is the display name, from which the name is made. */
final class OrganizationApi extends OrganizationServiceGrpc.OrganizationServiceImplBase {
  private final Network network;
  private final AccessV3 access;

  OrganizationApi(Network network, AccessV3 access) {
    this.network = network;
    this.access = access;
  }

  @Override
  public void get(GetOrganizationRequest request, StreamObserver<GetOrganizationResponse> client) {
    Answers.unary(client, () -> get(Long.toString(request.getId())));
  }

  private GetOrganizationResponse get(String id) {
    access.organization(id);
    synchronized (network) {
      Stored<Tenant> stored = network.rows().tenants.get(id);
      if (stored == null) {
        throw ArgumentsV3.doesNotExist();
      }
      Tenant tenant = stored.value();
      return GetOrganizationResponse.newBuilder()
          .setOrganization(
              Organization.newBuilder()
                  .setId(Long.parseLong(tenant.getId()))
                  .setName(name(tenant))
                  .setDisplayName(tenant.getName())
                  .setCanHaveGateways(tenant.getCanHaveGateways())
                  .setMaxGatewayCount(tenant.getMaxGatewayCount())
                  .setMaxDeviceCount(tenant.getMaxDeviceCount()))
          .setCreatedAt(stored.createdAt())
          .setUpdatedAt(stored.updatedAt())
          .build();
    }
  }

  @Override
  public void list(
      ListOrganizationRequest request, StreamObserver<ListOrganizationResponse> client) {
    Answers.unary(client, () -> list(request));
  }

  private ListOrganizationResponse list(ListOrganizationRequest request) {
    access.admin();
    synchronized (network) {
      List<OrganizationListItem> found =
          network.rows().tenants.values().stream()
              .filter(Answers.nameContains(request.getSearch(), tenant -> tenant.value().getName()))
              .map(OrganizationApi::item)
              .sorted(Comparator.comparing(OrganizationListItem::getDisplayName))
              .toList();
      return ListOrganizationResponse.newBuilder()
          .setTotalCount(found.size())
          .addAllResult(Answers.sqlPage(found, request.getLimit(), request.getOffset()))
          .build();
    }
  }

  private static OrganizationListItem item(Stored<Tenant> stored) {
    Tenant tenant = stored.value();
    return OrganizationListItem.newBuilder()
        .setId(Long.parseLong(tenant.getId()))
        .setName(name(tenant))
        .setDisplayName(tenant.getName())
        .setCanHaveGateways(tenant.getCanHaveGateways())
        .setCreatedAt(stored.createdAt())
        .setUpdatedAt(stored.updatedAt())
        .build();
  }

  private static String name(Tenant tenant) {
    return tenant.getName().toLowerCase(Locale.ROOT).replaceAll("[^\\w-]", "-");
  }
}
