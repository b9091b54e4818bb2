package io.github.chirpconnect.api.v3;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.grpc.ScriptedServer;
import io.github.chirpconnect.api.grpc.UnaryCalls;
import io.github.chirpconnect.channel.CapturedLog;
import io.github.chirpconnect.proto.v3.Application;
import io.github.chirpconnect.proto.v3.ApplicationServiceGrpc;
import io.github.chirpconnect.proto.v3.GatewayProfileServiceGrpc;
import io.github.chirpconnect.proto.v3.GetApplicationResponse;
import io.github.chirpconnect.proto.v3.GetNetworkServerResponse;
import io.github.chirpconnect.proto.v3.GetServiceProfileResponse;
import io.github.chirpconnect.proto.v3.ListGatewayProfilesResponse;
import io.github.chirpconnect.proto.v3.MulticastGroup;
import io.github.chirpconnect.proto.v3.NetworkServerServiceGrpc;
import io.github.chirpconnect.proto.v3.ServiceProfile;
import io.github.chirpconnect.proto.v3.ServiceProfileServiceGrpc;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How a multicast group's region is read. */
@Timeout(30)
class RegionsTest {
  private static final String PROFILE = "4f350fff-1a98-457c-a2f7-6b7c74a6f815";

  private final ScriptedServer server = ScriptedServer.v3();
  private final AtomicLong nanos = new AtomicLong();
  private final Regions regions =
      new Regions(new ClassifiedCalls(new UnaryCalls(server::unary), () -> {}), nanos::get);

  RegionsTest() {
    server
        .on(
            GatewayProfileServiceGrpc.getListMethod(),
            request -> ListGatewayProfilesResponse.getDefaultInstance())
        .on(
            ApplicationServiceGrpc.getGetMethod(),
            request ->
                GetApplicationResponse.newBuilder()
                    .setApplication(
                        Application.newBuilder()
                            .setId(request.getId())
                            .setServiceProfileId(PROFILE))
                    .build())
        .on(
            ServiceProfileServiceGrpc.getGetMethod(),
            request ->
                GetServiceProfileResponse.newBuilder()
                    .setServiceProfile(
                        ServiceProfile.newBuilder().setId(request.getId()).setNetworkServerId(3))
                    .build());
    tells("AU915");
  }

  private void tells(String region) {
    server.on(
        NetworkServerServiceGrpc.getGetMethod(),
        request -> {
          assertThat(request.getId()).isEqualTo(3);
          return GetNetworkServerResponse.newBuilder().setRegion(region).build();
        });
  }

  @AfterEach
  void close() {
    server.close();
  }

  private String of(long applicationId) {
    return regions.of(MulticastGroup.newBuilder().setApplicationId(applicationId).build()).join();
  }

  @Test
  void isThatOfTheNetworkServerOfTheApplicationsServiceProfile() {
    assertThat(of(5)).isEqualTo("AU915");
    assertThat(server.requests(ApplicationServiceGrpc.getGetMethod()))
        .singleElement()
        .satisfies(request -> assertThat(request.getId()).isEqualTo(5));
    assertThat(server.requests(ServiceProfileServiceGrpc.getGetMethod()))
        .singleElement()
        .satisfies(request -> assertThat(request.getId()).isEqualTo(PROFILE));
  }

  /** Application servers before 3.16 have it so. */
  @Test
  void ofAGroupInAServiceProfileIsReadWithoutAnApplication() {
    assertThat(regions.of(MulticastGroup.newBuilder().setServiceProfileId(PROFILE).build()).join())
        .isEqualTo("AU915");
    assertThat(server.count(ApplicationServiceGrpc.getGetMethod())).isZero();
  }

  @Test
  void isReadOnceInTenMinutesForEachApplication() {
    of(5);
    nanos.addAndGet(Duration.ofMinutes(9).toNanos());
    of(5);
    of(6);
    assertThat(server.count(NetworkServerServiceGrpc.getGetMethod())).isEqualTo(2);
    nanos.addAndGet(Duration.ofMinutes(2).toNanos());
    of(5);
    assertThat(server.count(NetworkServerServiceGrpc.getGetMethod())).isEqualTo(3);
  }

  /** No command fails for that, whatever the failure. */
  @ParameterizedTest
  @EnumSource(
      names = {
        "UNAUTHENTICATED",
        "NOT_FOUND",
        "UNAVAILABLE",
        "UNKNOWN",
        "INTERNAL",
        "UNIMPLEMENTED"
      })
  void isNotKnownAfterAFailureWhichIsSaidOnce(Status.Code code) {
    server.on(
        NetworkServerServiceGrpc.getGetMethod(),
        request -> {
          throw ScriptedServer.status(code, "authentication failed: not authorized");
        });
    try (CapturedLog log = new CapturedLog(Level.WARN)) {
      assertThat(of(5)).isEqualTo(Regions.NOT_KNOWN);
      assertThat(of(6)).isEqualTo(Regions.NOT_KNOWN);
      assertThat(log.lines())
          .filteredOn(line -> line.contains("Regions"))
          .singleElement()
          .asString()
          .contains("The region of multicast groups could not be read");
    }
  }

  /** The application server answers without a region then. */
  @Test
  void isAskedForAgainSoonIfTheNetworkServerDoesNotAnswer() {
    tells("");
    assertThat(of(5)).isEqualTo(Regions.NOT_KNOWN);
    tells("KR920");
    nanos.addAndGet(Duration.ofSeconds(29).toNanos());
    assertThat(of(5)).isEqualTo(Regions.NOT_KNOWN);
    nanos.addAndGet(Duration.ofSeconds(2).toNanos());
    assertThat(of(5)).isEqualTo("KR920");
  }
}
