package io.github.chirpconnect.simulator.v4;

import io.github.chirpconnect.proto.v4.Application;
import io.github.chirpconnect.proto.v4.ApplicationDeviceTagListItem;
import io.github.chirpconnect.proto.v4.ApplicationListItem;
import io.github.chirpconnect.proto.v4.ApplicationServiceGrpc;
import io.github.chirpconnect.proto.v4.GetApplicationRequest;
import io.github.chirpconnect.proto.v4.GetApplicationResponse;
import io.github.chirpconnect.proto.v4.ListApplicationDeviceTagsRequest;
import io.github.chirpconnect.proto.v4.ListApplicationDeviceTagsResponse;
import io.github.chirpconnect.proto.v4.ListApplicationsRequest;
import io.github.chirpconnect.proto.v4.ListApplicationsResponse;
import io.github.chirpconnect.simulator.database.Stored;
import io.github.chirpconnect.simulator.network.Network;
import io.github.chirpconnect.simulator.server.Answers;
import io.grpc.stub.StreamObserver;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

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

  @Override
  public void listDeviceTags(
      ListApplicationDeviceTagsRequest request,
      StreamObserver<ListApplicationDeviceTagsResponse> client) {
    Answers.unary(client, () -> deviceTags(Arguments.uuid(request.getApplicationId())));
  }

  /** An application that does not exist has no tags, says the server to an admin. */
  private ListApplicationDeviceTagsResponse deviceTags(String applicationId) {
    access.application(applicationId);
    Map<String, Set<String>> tags = new TreeMap<>();
    synchronized (network) {
      network.rows().devices.values().stream()
          .map(device -> device.config)
          .filter(device -> device.getApplicationId().equals(applicationId))
          .forEach(
              device ->
                  device
                      .getTagsMap()
                      .forEach(
                          (key, value) ->
                              tags.computeIfAbsent(key, k -> new TreeSet<>()).add(value)));
    }
    ListApplicationDeviceTagsResponse.Builder answer =
        ListApplicationDeviceTagsResponse.newBuilder();
    tags.forEach(
        (key, values) ->
            answer.addResult(
                ApplicationDeviceTagListItem.newBuilder().setKey(key).addAllValues(values)));
    return answer.build();
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
