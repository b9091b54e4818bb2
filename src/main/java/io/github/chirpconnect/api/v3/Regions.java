package io.github.chirpconnect.api.v3;

import io.github.chirpconnect.api.Subject;
import io.github.chirpconnect.api.grpc.AnswerCache;
import io.github.chirpconnect.api.grpc.Operation;
import io.github.chirpconnect.common.LogOnce;
import io.github.chirpconnect.common.StageFailure;
import io.github.chirpconnect.proto.v3.ApplicationServiceGrpc;
import io.github.chirpconnect.proto.v3.GetApplicationRequest;
import io.github.chirpconnect.proto.v3.GetNetworkServerRequest;
import io.github.chirpconnect.proto.v3.GetServiceProfileRequest;
import io.github.chirpconnect.proto.v3.MulticastGroup;
import io.github.chirpconnect.proto.v3.NetworkServerServiceGrpc;
import io.github.chirpconnect.proto.v3.ServiceProfileServiceGrpc;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The regions of multicast groups. A group does not tell its own: its application names a service
 * profile, that names a network server, and that has a region. Applications and organizations keep
 * theirs, so it is asked for once in ten minutes for each application. Safe for use by many
 * threads.
 */
final class Regions {
  static final String NOT_KNOWN = "";

  /** Short, because the network server may be away, or somebody may be about to change rights. */
  static final Duration BELIEVED_IF_NOT_KNOWN = Duration.ofSeconds(30);

  private static final Logger LOG = LoggerFactory.getLogger(Regions.class);
  private static final int REMEMBERED_MAX = 10_000;
  private static final Duration BELIEVED = Duration.ofMinutes(10);

  private final ClassifiedCalls calls;
  private final AnswerCache<String> regions;
  private final LogOnce notKnown = new LogOnce(LOG);

  Regions(ClassifiedCalls calls, LongSupplier nanoClock) {
    this.calls = calls;
    this.regions =
        new AnswerCache<>(
            REMEMBERED_MAX,
            nanoClock,
            region -> region.equals(NOT_KNOWN) ? BELIEVED_IF_NOT_KNOWN : BELIEVED);
  }

  /**
   * Never fails: no command shall fail for want of a region.
   *
   * @return as the network server names it; {@link #NOT_KNOWN} if it could not be read
   */
  CompletableFuture<String> of(MulticastGroup group) {
    // Application servers before 3.16 have groups in service profiles.
    String profileId = group.getServiceProfileId();
    return profileId.isEmpty()
        ? regions.get(
            "application " + group.getApplicationId(),
            key -> known(ofApplication(group.getApplicationId())))
        : regions.get("service profile " + profileId, key -> known(ofServiceProfile(profileId)));
  }

  private CompletableFuture<String> known(CompletableFuture<String> region) {
    return region.handle(
        (name, e) -> {
          if (e == null && !name.isEmpty()) {
            return name;
          }
          notKnown.warn(
              "region",
              "The region of multicast groups could not be read ({}). A payload for a group is refused only if it is"
                  + " longer than any region with the group's frequency permits; ChirpStack drops what is longer than its"
                  + " own region permits, without an event. An organization's API key may read the region",
              e == null
                  ? "the network server does not answer"
                  : StageFailure.cause(e).getMessage());
          return NOT_KNOWN;
        });
  }

  private CompletableFuture<String> ofApplication(long id) {
    return calls
        .call(
            Operation.read(Subject.application(Long.toString(id))),
            ApplicationServiceGrpc.getGetMethod(),
            GetApplicationRequest.newBuilder().setId(id).build())
        .thenCompose(answer -> ofServiceProfile(answer.getApplication().getServiceProfileId()));
  }

  private CompletableFuture<String> ofServiceProfile(String id) {
    return calls
        .call(
            Operation.read(Subject.other("service profile " + id)),
            ServiceProfileServiceGrpc.getGetMethod(),
            GetServiceProfileRequest.newBuilder().setId(id).build())
        .thenCompose(answer -> ofNetworkServer(answer.getServiceProfile().getNetworkServerId()));
  }

  private CompletableFuture<String> ofNetworkServer(long id) {
    return calls
        .call(
            Operation.read(Subject.other("network server " + id)),
            NetworkServerServiceGrpc.getGetMethod(),
            GetNetworkServerRequest.newBuilder().setId(id).build())
        .thenApply(answer -> answer.getRegion());
  }
}
