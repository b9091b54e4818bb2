package io.github.chirpconnect.simulator;

import io.github.chirpconnect.proto.v4.Application;
import io.github.chirpconnect.proto.v4.ApplicationListItem;
import io.github.chirpconnect.proto.v4.ApplicationServiceGrpc;
import io.github.chirpconnect.proto.v4.GetApplicationRequest;
import io.github.chirpconnect.proto.v4.GetApplicationResponse;
import io.github.chirpconnect.proto.v4.ListApplicationsRequest;
import io.github.chirpconnect.proto.v4.ListApplicationsResponse;
import io.grpc.stub.StreamObserver;
import java.util.Comparator;
import java.util.List;

/** ApplicationService. */
final class ApplicationApi extends ApplicationServiceGrpc.ApplicationServiceImplBase {
  private final Network network;
  private final Access access;

  ApplicationApi(Network network, Access access) {
    this.network = network;
    this.access = access;
  }

  @Override
  public void get(GetApplicationRequest request, StreamObserver<GetApplicationResponse> client) {
    Answers.unary(client, () -> get(Arguments.uuid(request.getId())));
  }

  private GetApplicationResponse get(String id) {
    access.application(id);
    synchronized (network) {
      Stored<Application> application = network.rows().applications.get(id);
      if (application == null) {
        throw Arguments.doesNotExist(id);
      }
      return GetApplicationResponse.newBuilder()
          .setApplication(application.value())
          .setCreatedAt(application.createdAt())
          .setUpdatedAt(application.updatedAt())
          .build();
    }
  }

  @Override
  public void list(
      ListApplicationsRequest request, StreamObserver<ListApplicationsResponse> client) {
    Answers.unary(client, () -> list(request));
  }

  private ListApplicationsResponse list(ListApplicationsRequest request) {
    String tenantId = Arguments.uuid(request.getTenantId());
    access.tenant(tenantId);
    synchronized (network) {
      List<Stored<Application>> found =
          network.rows().applications.values().stream()
              .filter(application -> application.value().getTenantId().equals(tenantId))
              .filter(
                  Answers.nameContains(
                      request.getSearch(), application -> application.value().getName()))
              .sorted(Comparator.comparing(application -> application.value().getName()))
              .toList();
      return ListApplicationsResponse.newBuilder()
          .setTotalCount(found.size())
          .addAllResult(
              Answers.page(
                  found.stream().map(ApplicationApi::item),
                  request.getLimit(),
                  request.getOffset()))
          .build();
    }
  }

  private static ApplicationListItem item(Stored<Application> stored) {
    return ApplicationListItem.newBuilder()
        .setId(stored.value().getId())
        .setCreatedAt(stored.createdAt())
        .setUpdatedAt(stored.updatedAt())
        .setName(stored.value().getName())
        .setDescription(stored.value().getDescription())
        .build();
  }
}
