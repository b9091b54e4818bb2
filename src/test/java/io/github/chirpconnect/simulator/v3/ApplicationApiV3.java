package io.github.chirpconnect.simulator.v3;

import io.github.chirpconnect.proto.v3.Application;
import io.github.chirpconnect.proto.v3.ApplicationListItem;
import io.github.chirpconnect.proto.v3.ApplicationServiceGrpc;
import io.github.chirpconnect.proto.v3.GetApplicationRequest;
import io.github.chirpconnect.proto.v3.GetApplicationResponse;
import io.github.chirpconnect.proto.v3.ListApplicationRequest;
import io.github.chirpconnect.proto.v3.ListApplicationResponse;
import io.github.chirpconnect.simulator.database.ServiceProfile;
import io.github.chirpconnect.simulator.database.Stored;
import io.github.chirpconnect.simulator.network.Network;
import io.github.chirpconnect.simulator.server.Answers;
import io.grpc.stub.StreamObserver;
import java.util.Comparator;
import java.util.List;

/** ApplicationService of v3. */
final class ApplicationApiV3 extends ApplicationServiceGrpc.ApplicationServiceImplBase {
  private final Network network;
  private final AccessV3 access;

  ApplicationApiV3(Network network, AccessV3 access) {
    this.network = network;
    this.access = access;
  }

  @Override
  public void get(GetApplicationRequest request, StreamObserver<GetApplicationResponse> client) {
    Answers.unary(client, () -> get(Long.toString(request.getId())));
  }

  private GetApplicationResponse get(String id) {
    access.application(id);
    synchronized (network) {
      Stored<io.github.chirpconnect.proto.v4.Application> stored =
          network.rows().applications.get(id);
      if (stored == null) {
        throw ArgumentsV3.doesNotExist();
      }
      ApplicationListItem item = item(stored.value());
      return GetApplicationResponse.newBuilder()
          .setApplication(
              Application.newBuilder()
                  .setId(item.getId())
                  .setName(item.getName())
                  .setDescription(item.getDescription())
                  .setOrganizationId(item.getOrganizationId())
                  .setServiceProfileId(item.getServiceProfileId()))
          .build();
    }
  }

  @Override
  public void list(ListApplicationRequest request, StreamObserver<ListApplicationResponse> client) {
    Answers.unary(client, () -> list(request));
  }

  private ListApplicationResponse list(ListApplicationRequest request) {
    long organizationId = request.getOrganizationId();
    access.organization(organizationId == 0 ? "" : Long.toString(organizationId));
    synchronized (network) {
      List<ApplicationListItem> found =
          network.rows().applications.values().stream()
              .map(stored -> item(stored.value()))
              .filter(item -> organizationId == 0 || item.getOrganizationId() == organizationId)
              .filter(Answers.nameContains(request.getSearch(), ApplicationListItem::getName))
              .sorted(Comparator.comparing(ApplicationListItem::getName))
              .toList();
      return ListApplicationResponse.newBuilder()
          .setTotalCount(found.size())
          .addAllResult(Answers.sqlPage(found, request.getLimit(), request.getOffset()))
          .build();
    }
  }

  private ApplicationListItem item(io.github.chirpconnect.proto.v4.Application application) {
    ServiceProfile profile = network.rows().serviceProfile(application.getTenantId());
    return ApplicationListItem.newBuilder()
        .setId(Long.parseLong(application.getId()))
        .setName(application.getName())
        .setDescription(application.getDescription())
        .setOrganizationId(Long.parseLong(application.getTenantId()))
        .setServiceProfileId(profile.id())
        .setServiceProfileName(profile.name())
        .build();
  }
}
