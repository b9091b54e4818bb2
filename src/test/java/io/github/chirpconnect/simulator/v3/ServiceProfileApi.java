package io.github.chirpconnect.simulator.v3;

import io.github.chirpconnect.proto.v3.GetServiceProfileRequest;
import io.github.chirpconnect.proto.v3.GetServiceProfileResponse;
import io.github.chirpconnect.proto.v3.ServiceProfile;
import io.github.chirpconnect.proto.v3.ServiceProfileServiceGrpc;
import io.github.chirpconnect.simulator.network.Network;
import io.github.chirpconnect.simulator.server.Answers;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;

/** ServiceProfileService of v3. */
final class ServiceProfileApi extends ServiceProfileServiceGrpc.ServiceProfileServiceImplBase {
  private final Network network;
  private final AccessV3 access;

  ServiceProfileApi(Network network, AccessV3 access) {
    this.network = network;
    this.access = access;
  }

  @Override
  public void get(
      GetServiceProfileRequest request, StreamObserver<GetServiceProfileResponse> client) {
    Answers.unary(
        client,
        () ->
            get(
                ArgumentsV3.uuid(
                    Status.INVALID_ARGUMENT.withDescription("uuid error: "), request.getId())));
  }

  private GetServiceProfileResponse get(String id) {
    access.serviceProfile(id);
    synchronized (network) {
      String organizationId =
          network.tenantOfServiceProfile(id).orElseThrow(ArgumentsV3::doesNotExist);
      return GetServiceProfileResponse.newBuilder()
          .setServiceProfile(
              ServiceProfile.newBuilder()
                  .setId(id)
                  .setName(network.rows().serviceProfile(organizationId).name())
                  .setOrganizationId(Long.parseLong(organizationId))
                  .setNetworkServerId(Long.parseLong(network.rows().networkServer.id())))
          .build();
    }
  }
}
