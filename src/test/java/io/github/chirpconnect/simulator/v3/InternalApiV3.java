package io.github.chirpconnect.simulator.v3;

import com.google.protobuf.Empty;
import io.github.chirpconnect.proto.v3.Branding;
import io.github.chirpconnect.proto.v3.InternalServiceGrpc;
import io.github.chirpconnect.proto.v3.OpenIDConnect;
import io.github.chirpconnect.proto.v3.SettingsResponse;
import io.github.chirpconnect.simulator.server.Answers;
import io.grpc.stub.StreamObserver;

/** InternalService of v3. */
final class InternalApiV3 extends InternalServiceGrpc.InternalServiceImplBase {
  /** For anybody. */
  @Override
  public void settings(Empty request, StreamObserver<SettingsResponse> client) {
    Answers.unary(
        client,
        () ->
            SettingsResponse.newBuilder()
                .setBranding(Branding.getDefaultInstance())
                .setOpenidConnect(OpenIDConnect.newBuilder().setLoginUrl("/auth/oidc/login"))
                .build());
  }
}
