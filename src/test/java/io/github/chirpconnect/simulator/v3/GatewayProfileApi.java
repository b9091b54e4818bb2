package io.github.chirpconnect.simulator.v3;

import io.github.chirpconnect.proto.v3.GatewayProfileServiceGrpc;
import io.github.chirpconnect.proto.v3.ListGatewayProfilesRequest;
import io.github.chirpconnect.proto.v3.ListGatewayProfilesResponse;
import io.github.chirpconnect.simulator.server.Answers;
import io.grpc.stub.StreamObserver;
import java.util.List;

/** GatewayProfileService of v3, of which there are none: what every key may ask for. */
final class GatewayProfileApi extends GatewayProfileServiceGrpc.GatewayProfileServiceImplBase {
  private final AccessV3 access;

  GatewayProfileApi(AccessV3 access) {
    this.access = access;
  }

  @Override
  public void list(
      ListGatewayProfilesRequest request, StreamObserver<ListGatewayProfilesResponse> client) {
    Answers.unary(
        client,
        () -> {
          access.anyKey();
          Answers.sqlPage(List.of(), request.getLimit(), request.getOffset());
          return ListGatewayProfilesResponse.getDefaultInstance();
        });
  }
}
