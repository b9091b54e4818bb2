package io.github.chirpconnect.simulator.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Empty;
import io.github.chirpconnect.proto.v4.DeviceProfileServiceGrpc;
import io.github.chirpconnect.proto.v4.DeviceServiceGrpc;
import io.github.chirpconnect.proto.v4.FlushDeviceQueueRequest;
import io.github.chirpconnect.proto.v4.InternalServiceGrpc;
import io.github.chirpconnect.proto.v4.ListTenantsRequest;
import io.github.chirpconnect.proto.v4.TenantServiceGrpc;
import io.github.chirpconnect.simulator.Client;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.time.ManualTime;
import io.github.chirpconnect.simulator.v4.ApiKeysV4;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ApiKeysTest {
  private final ManualTime time = new ManualTime(Instant.parse("2026-11-24T12:00:00Z"));
  private final Simulator simulator = Simulator.builder().time(time).start();
  private final Client client = new Client(simulator);

  @AfterEach
  void close() {
    client.close();
    simulator.close();
  }

  @Test
  void makesTokensLikeChirpStack() {
    String token = simulator.adminKey();
    String claims =
        new String(
            Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]), StandardCharsets.UTF_8);
    assertThat(claims)
        .matches(
            "\\{\"aud\":\"chirpstack\",\"iss\":\"chirpstack\",\"sub\":\"[0-9a-f-]{36}\",\"typ\":\"key\"}");
  }

  @Test
  void letsAUserInForADay() {
    String token = simulator.userToken();
    assertThat(version("Bearer " + token)).isEqualTo(Status.OK);
    time.advance(Duration.ofHours(25));
    assertThat(version("Bearer " + token).getDescription()).isEqualTo("ExpiredSignature");
  }

  @Test
  void tellsItsVersionToNoKey() {
    Status status = version("Bearer " + simulator.adminKey());
    assertThat(status.getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(status.getDescription()).isNullOrEmpty();
  }

  @Test
  void refusesAHeaderOfAnotherForm() {
    for (String header :
        new String[] {"bearer " + simulator.adminKey(), simulator.adminKey(), "Basic x"}) {
      assertThat(adrAlgorithms(header).getDescription())
          .isEqualTo("authorization metadata must be in format 'Bearer <TOKEN>");
    }
  }

  @Test
  void answersSettingsWithoutATokenButNotWithABadOne() {
    assertThat(
            client.status(
                InternalServiceGrpc.getSettingsMethod(), null, Empty.getDefaultInstance()))
        .isEqualTo(Status.OK);
    assertThat(
            client
                .status(
                    InternalServiceGrpc.getSettingsMethod(),
                    "Bearer " + simulator.foreignKey(),
                    Empty.getDefaultInstance())
                .getDescription())
        .isEqualTo("InvalidSignature");
  }

  @Test
  void judgesArgumentsBeforeRights() {
    FlushDeviceQueueRequest badEui = FlushDeviceQueueRequest.newBuilder().setDevEui("0011").build();
    assertThat(
            client.status(DeviceServiceGrpc.getFlushQueueMethod(), null, badEui).getDescription())
        .isEqualTo("Invalid string length");
  }

  @Test
  void letsAKeyOfATenantReadAndAReadOnlyOneWriteNothing() {
    String tenant = simulator.network().tenantIds().get(0);
    String device = simulator.network().devEuis().get(0);
    FlushDeviceQueueRequest flush = FlushDeviceQueueRequest.newBuilder().setDevEui(device).build();
    String own = "Bearer " + simulator.tenantKey(tenant);
    assertThat(client.status(DeviceServiceGrpc.getFlushQueueMethod(), own, flush))
        .isEqualTo(Status.OK);
    assertThat(
            client
                .status(
                    TenantServiceGrpc.getListMethod(), own, ListTenantsRequest.getDefaultInstance())
                .getCode())
        .isEqualTo(Status.Code.UNAUTHENTICATED);
    String readOnly = "Bearer " + simulator.readOnlyTenantKey(tenant);
    assertThat(client.status(DeviceServiceGrpc.getFlushQueueMethod(), readOnly, flush).getCode())
        .isEqualTo(Status.Code.UNAUTHENTICATED);
  }

  @Test
  void namesWhatIsWrongWithAToken() {
    ApiKeys keys = new ApiKeysV4("secret".getBytes(StandardCharsets.UTF_8), time, UUID::randomUUID);
    String good = keys.create(Caller.ADMIN);
    String[] parts = good.split("\\.", -1);
    assertThat(keys.rights((Claims.Key) keys.verify(good))).isEqualTo(Caller.ADMIN);
    assertThatThrownBy(() -> keys.verify(parts[0] + "." + parts[1]))
        .hasMessage("UNAUTHENTICATED: InvalidToken");
    assertThatThrownBy(() -> keys.verify(parts[0] + "." + parts[1] + ".AAAA"))
        .hasMessage("UNAUTHENTICATED: InvalidSignature");
    String none =
        Base64.getUrlEncoder()
            .encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> keys.verify(none + "." + parts[1] + "." + parts[2]))
        .hasMessage("UNAUTHENTICATED: InvalidAlgorithm");
    keys.revoke(good);
    assertThat(keys.rights((Claims.Key) keys.verify(good))).isNull();
  }

  private Status version(String header) {
    return client.status(
        InternalServiceGrpc.getGetVersionMethod(), header, Empty.getDefaultInstance());
  }

  private Status adrAlgorithms(String header) {
    return client.status(
        DeviceProfileServiceGrpc.getListAdrAlgorithmsMethod(), header, Empty.getDefaultInstance());
  }
}
