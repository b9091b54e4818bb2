package io.github.chirpconnect.simulator.v4;

import com.google.protobuf.Empty;
import io.github.chirpconnect.proto.v4.AdrAlgorithmListItem;
import io.github.chirpconnect.proto.v4.CodecRuntime;
import io.github.chirpconnect.proto.v4.DeviceProfile;
import io.github.chirpconnect.proto.v4.DeviceProfileListItem;
import io.github.chirpconnect.proto.v4.DeviceProfileServiceGrpc;
import io.github.chirpconnect.proto.v4.GetDeviceProfileRequest;
import io.github.chirpconnect.proto.v4.GetDeviceProfileResponse;
import io.github.chirpconnect.proto.v4.GetDeviceProfileVendorRequest;
import io.github.chirpconnect.proto.v4.GetDeviceProfileVendorResponse;
import io.github.chirpconnect.proto.v4.ListDeviceProfileAdrAlgorithmsResponse;
import io.github.chirpconnect.proto.v4.ListDeviceProfilesRequest;
import io.github.chirpconnect.proto.v4.ListDeviceProfilesResponse;
import io.github.chirpconnect.simulator.database.Profile;
import io.github.chirpconnect.simulator.network.Network;
import io.github.chirpconnect.simulator.server.Answers;
import io.github.chirpconnect.simulator.server.Version;
import io.grpc.stub.StreamObserver;
import java.util.Comparator;
import java.util.List;

/** DeviceProfileService. */
final class DeviceProfileApi extends DeviceProfileServiceGrpc.DeviceProfileServiceImplBase {
  private static final ListDeviceProfileAdrAlgorithmsResponse ADR_ALGORITHMS =
      ListDeviceProfileAdrAlgorithmsResponse.newBuilder()
          .setTotalCount(3)
          .addResult(algorithm("default", "Default ADR algorithm (LoRa only)"))
          .addResult(algorithm("lr_fhss", "LR-FHSS only ADR algorithm"))
          .addResult(algorithm("lora_lr_fhss", "LoRa & LR-FHSS ADR algorithm"))
          .build();

  private final Network network;
  private final Access access;
  private final Version version;

  DeviceProfileApi(Network network, Access access, Version version) {
    this.network = network;
    this.access = access;
    this.version = version;
  }

  private static AdrAlgorithmListItem algorithm(String id, String name) {
    return AdrAlgorithmListItem.newBuilder().setId(id).setName(name).build();
  }

  @Override
  public void listAdrAlgorithms(
      Empty request, StreamObserver<ListDeviceProfileAdrAlgorithmsResponse> client) {
    Answers.unary(
        client,
        () -> {
          if (version.has("4.3")) {
            access.anyCaller();
          } else {
            access.user();
          }
          return ADR_ALGORITHMS;
        });
  }

  @Override
  public void get(
      GetDeviceProfileRequest request, StreamObserver<GetDeviceProfileResponse> client) {
    Answers.unary(client, () -> get(Arguments.uuid(request.getId())));
  }

  /** A global profile is for every key, another one for its tenant's. */
  private GetDeviceProfileResponse get(String id) {
    synchronized (network) {
      Profile profile = network.rows().profiles.get(id);
      if (profile != null && profile.tenantId().isEmpty()) {
        access.anyCaller();
      } else {
        access.tenant(profile == null ? null : profile.tenantId());
      }
      if (profile == null) {
        throw Arguments.doesNotExist(id);
      }
      DeviceProfileListItem row = profile.row();
      return GetDeviceProfileResponse.newBuilder()
          .setDeviceProfile(
              DeviceProfile.newBuilder()
                  .setId(id)
                  .setTenantId(profile.tenantId())
                  .setName(row.getName())
                  .setPayloadCodecRuntime(
                      profile.codec() == null ? CodecRuntime.NONE : CodecRuntime.JS)
                  .setUplinkInterval((int) profile.uplinkInterval().toSeconds()))
          .setCreatedAt(row.getCreatedAt())
          .setUpdatedAt(row.getUpdatedAt())
          .build();
    }
  }

  /**
   * The network has no repository of device profiles, as a server has none until it imports one.
   */
  @Override
  public void getVendor(
      GetDeviceProfileVendorRequest request,
      StreamObserver<GetDeviceProfileVendorResponse> client) {
    Answers.unary(
        client,
        () -> {
          String id = Arguments.uuid(request.getId());
          access.anyCaller();
          throw Arguments.doesNotExist(id);
        });
  }

  @Override
  public void list(
      ListDeviceProfilesRequest request, StreamObserver<ListDeviceProfilesResponse> client) {
    Answers.unary(client, () -> list(request));
  }

  private ListDeviceProfilesResponse list(ListDeviceProfilesRequest request) {
    boolean optional = version.has("4.16") && request.getTenantId().isEmpty();
    String tenantId = optional ? "" : Arguments.uuid(request.getTenantId());
    if (request.getGlobalOnly()) {
      access.anyCaller();
    } else {
      access.tenant(tenantId);
    }
    synchronized (network) {
      List<DeviceProfileListItem> found =
          network.rows().profiles.values().stream()
              .filter(profile -> isWanted(profile, tenantId, request))
              .map(Profile::row)
              .filter(
                  Answers.nameContains(request.getSearch(), DeviceProfileListItem::getName)
                      .or(
                          Answers.nameContains(
                              request.getSearch(), DeviceProfileListItem::getVendorName))
                      .or(
                          Answers.nameContains(
                              request.getSearch(), DeviceProfileListItem::getDeviceName)))
              .sorted(
                  Comparator.comparing(DeviceProfileListItem::getVendorName)
                      .thenComparing(DeviceProfileListItem::getDeviceName)
                      .thenComparing(DeviceProfileListItem::getName))
              .toList();
      return ListDeviceProfilesResponse.newBuilder()
          .setTotalCount(found.size())
          .addAllResult(Answers.page(found.stream(), request.getLimit(), request.getOffset()))
          .build();
    }
  }

  /**
   * A tenant's list has the global profiles too, from 4.16 on, unless told otherwise; the device is
   * looked at among global ones alone.
   */
  private boolean isWanted(Profile profile, String tenantId, ListDeviceProfilesRequest request) {
    boolean global = profile.tenantId().isEmpty();
    if (request.getGlobalOnly()) {
      return global
          && !request.getTenantOnly()
          && (request.getDeviceId().isEmpty()
              || profile.row().getDeviceId().equals(request.getDeviceId()));
    }
    if (global) {
      return !request.getTenantOnly() && version.has("4.16");
    }
    return tenantId.isEmpty() || profile.tenantId().equals(tenantId);
  }
}
