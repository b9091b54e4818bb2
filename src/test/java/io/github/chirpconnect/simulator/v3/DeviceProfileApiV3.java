package io.github.chirpconnect.simulator.v3;

import com.google.protobuf.Duration;
import io.github.chirpconnect.proto.v3.DeviceProfile;
import io.github.chirpconnect.proto.v3.DeviceProfileListItem;
import io.github.chirpconnect.proto.v3.DeviceProfileServiceGrpc;
import io.github.chirpconnect.proto.v3.GetDeviceProfileRequest;
import io.github.chirpconnect.proto.v3.GetDeviceProfileResponse;
import io.github.chirpconnect.proto.v3.ListDeviceProfileRequest;
import io.github.chirpconnect.proto.v3.ListDeviceProfileResponse;
import io.github.chirpconnect.proto.v4.common.MacVersion;
import io.github.chirpconnect.simulator.database.Profile;
import io.github.chirpconnect.simulator.network.Network;
import io.github.chirpconnect.simulator.server.Answers;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.Comparator;
import java.util.List;

/** DeviceProfileService of v3. The codecs here are no scripts: those fields are empty. */
final class DeviceProfileApiV3 extends DeviceProfileServiceGrpc.DeviceProfileServiceImplBase {
  private final Network network;
  private final AccessV3 access;

  DeviceProfileApiV3(Network network, AccessV3 access) {
    this.network = network;
    this.access = access;
  }

  @Override
  public void get(
      GetDeviceProfileRequest request, StreamObserver<GetDeviceProfileResponse> client) {
    Status refusal = Status.INVALID_ARGUMENT.withDescription("uuid error: ");
    Answers.unary(client, () -> get(ArgumentsV3.uuid(refusal, request.getId())));
  }

  private GetDeviceProfileResponse get(String id) {
    access.deviceProfile(id);
    synchronized (network) {
      Profile profile = network.rows().profiles.get(id);
      if (profile == null) {
        throw ArgumentsV3.doesNotExist();
      }
      return GetDeviceProfileResponse.newBuilder()
          .setDeviceProfile(detail(profile))
          .setCreatedAt(profile.row().getCreatedAt())
          .setUpdatedAt(profile.row().getUpdatedAt())
          .build();
    }
  }

  private static DeviceProfile detail(Profile profile) {
    return DeviceProfile.newBuilder()
        .setId(profile.row().getId())
        .setName(profile.row().getName())
        .setOrganizationId(Long.parseLong(profile.tenantId()))
        .setNetworkServerId(GatewayApiV3.NETWORK_SERVER)
        .setSupportsClassB(profile.row().getSupportsClassB())
        .setSupportsClassC(profile.row().getSupportsClassC())
        .setSupportsJoin(profile.row().getSupportsOtaa())
        .setMacVersion(macVersion(profile.row().getMacVersion()))
        .setRegParamsRevision(profile.row().getRegParamsRevision().name())
        .setRfRegion(profile.row().getRegion().name())
        .setPayloadCodec(profile.codec() == null ? "" : "CUSTOM_JS")
        .putAllTags(profile.tags())
        .setUplinkInterval(Duration.newBuilder().setSeconds(profile.uplinkInterval().toSeconds()))
        .build();
  }

  /** {@code LORAWAN_1_0_3} as {@code 1.0.3}. */
  private static String macVersion(MacVersion version) {
    return version.name().substring("LORAWAN_".length()).replace('_', '.');
  }

  @Override
  public void list(
      ListDeviceProfileRequest request, StreamObserver<ListDeviceProfileResponse> client) {
    Answers.unary(client, () -> list(request));
  }

  private ListDeviceProfileResponse list(ListDeviceProfileRequest request) {
    String organizationId = id(request.getOrganizationId());
    String applicationId = id(request.getApplicationId());
    access.deviceProfiles(organizationId, applicationId);
    synchronized (network) {
      String ofApplication = network.tenantOfApplication(applicationId).orElse("");
      List<DeviceProfileListItem> found =
          network.rows().profiles.values().stream()
              .filter(
                  profile -> organizationId.isEmpty() || profile.tenantId().equals(organizationId))
              .filter(
                  profile -> applicationId.isEmpty() || profile.tenantId().equals(ofApplication))
              .map(DeviceProfileApiV3::item)
              .sorted(Comparator.comparing(DeviceProfileListItem::getName))
              .toList();
      return ListDeviceProfileResponse.newBuilder()
          .setTotalCount(found.size())
          .addAllResult(Answers.sqlPage(found, request.getLimit(), request.getOffset()))
          .build();
    }
  }

  private static String id(long number) {
    return number == 0 ? "" : Long.toString(number);
  }

  private static DeviceProfileListItem item(Profile profile) {
    return DeviceProfileListItem.newBuilder()
        .setId(profile.row().getId())
        .setName(profile.row().getName())
        .setOrganizationId(Long.parseLong(profile.tenantId()))
        .setNetworkServerId(GatewayApiV3.NETWORK_SERVER)
        .setCreatedAt(profile.row().getCreatedAt())
        .setUpdatedAt(profile.row().getUpdatedAt())
        .setNetworkServerName(GatewayApiV3.NETWORK_SERVER_NAME)
        .build();
  }
}
