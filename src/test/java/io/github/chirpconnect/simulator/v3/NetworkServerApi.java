package io.github.chirpconnect.simulator.v3;

import io.github.chirpconnect.proto.v3.GetNetworkServerRequest;
import io.github.chirpconnect.proto.v3.GetNetworkServerResponse;
import io.github.chirpconnect.proto.v3.NetworkServer;
import io.github.chirpconnect.proto.v3.NetworkServerServiceGrpc;
import io.github.chirpconnect.simulator.network.Network;
import io.github.chirpconnect.simulator.server.Answers;
import io.grpc.stub.StreamObserver;

/** NetworkServerService of v3. */
final class NetworkServerApi extends NetworkServerServiceGrpc.NetworkServerServiceImplBase {
  private final Network network;
  private final AccessV3 access;

  NetworkServerApi(Network network, AccessV3 access) {
    this.network = network;
    this.access = access;
  }

  @Override
  public void get(
      GetNetworkServerRequest request, StreamObserver<GetNetworkServerResponse> client) {
    Answers.unary(client, () -> get(request.getId()));
  }

  private GetNetworkServerResponse get(long id) {
    synchronized (network) {
      var server = network.rows().networkServer;
      boolean exists = server.id().equals(Long.toString(id));
      access.networkServer(exists);
      if (!exists) {
        throw ArgumentsV3.doesNotExist();
      }
      return GetNetworkServerResponse.newBuilder()
          .setNetworkServer(
              NetworkServer.newBuilder()
                  .setId(id)
                  .setName(server.name())
                  .setServer(server.server()))
          .setRegion(server.region())
          .build();
    }
  }
}
