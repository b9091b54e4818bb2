package io.github.chirpconnect.api.v4;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.Subject;
import io.github.chirpconnect.api.grpc.AnswerCache;
import io.github.chirpconnect.api.grpc.Futures;
import io.github.chirpconnect.api.grpc.Operation;
import io.github.chirpconnect.proto.v4.CodecRuntime;
import io.github.chirpconnect.proto.v4.Device;
import io.github.chirpconnect.proto.v4.DeviceProfile;
import io.github.chirpconnect.proto.v4.DeviceProfileServiceGrpc;
import io.github.chirpconnect.proto.v4.DeviceServiceGrpc;
import io.github.chirpconnect.proto.v4.GetDeviceProfileRequest;
import io.github.chirpconnect.proto.v4.GetDeviceRequest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * Knows whether a device has a codec for objects. If its profile has none, ChirpStack v4 silently
 * queues an empty payload. Devices and profiles are requested once, and again after a while: a
 * profile can get a codec, a device another profile. Safe for use by many threads.
 */
final class Codecs {
  static final Duration BELIEVED = Duration.ofMinutes(10);

  /** Short, because somebody may be about to add the codec. */
  static final Duration BELIEVED_IF_MISSING = Duration.ofSeconds(30);

  private static final int REMEMBERED_MAX = 100_000;

  enum Codec {
    THERE,
    MISSING,
    /** The key may not see the device or its profile. */
    NOT_SHOWN
  }

  /**
   * @param profile the profile's name; null if the key may not see it
   * @param disabled whether the device is disabled; false if the key may not see it
   */
  record Finding(Codec codec, String profile, boolean disabled) {}

  /**
   * @param profileId null if the key may not see it
   */
  private record Place(String profileId, boolean disabled) {}

  private record Known(Codec codec, String profile) {}

  private static final Place NOWHERE = new Place(null, false);
  private static final Known UNKNOWN = new Known(Codec.NOT_SHOWN, null);

  private final ClassifiedCalls calls;
  private final AnswerCache<Place> places;
  private final AnswerCache<Known> profiles;

  Codecs(ClassifiedCalls calls, LongSupplier nanoClock) {
    this.calls = calls;
    this.places = new AnswerCache<>(REMEMBERED_MAX, nanoClock, Codecs::believed);
    this.profiles = new AnswerCache<>(REMEMBERED_MAX, nanoClock, Codecs::believed);
  }

  private static Duration believed(Place place) {
    return place.profileId() == null || place.disabled() ? BELIEVED_IF_MISSING : BELIEVED;
  }

  private static Duration believed(Known known) {
    return known.codec() == Codec.THERE ? BELIEVED : BELIEVED_IF_MISSING;
  }

  /**
   * @return fails with {@link ApiException} if the server could not be asked
   */
  CompletableFuture<Finding> of(String devEui) {
    return Futures.unwrapped(
        places
            .get(devEui, this::place)
            .thenCompose(
                place ->
                    ofProfile(place.profileId())
                        .thenApply(
                            known ->
                                new Finding(known.codec(), known.profile(), place.disabled()))));
  }

  private CompletableFuture<Known> ofProfile(String profileId) {
    return profileId == null
        ? CompletableFuture.completedFuture(UNKNOWN)
        : profiles.get(profileId, this::profile);
  }

  private CompletableFuture<Place> place(String devEui) {
    return Futures.ifShown(
        calls.call(
            Operation.readDevice(devEui),
            DeviceServiceGrpc.getGetMethod(),
            GetDeviceRequest.newBuilder().setDevEui(devEui).build()),
        answer -> place(answer.getDevice()),
        NOWHERE);
  }

  private static Place place(Device device) {
    return new Place(
        device.getDeviceProfileId().isEmpty() ? null : device.getDeviceProfileId(),
        device.getIsDisabled());
  }

  private CompletableFuture<Known> profile(String profileId) {
    return Futures.ifShown(
        calls.call(
            Operation.read(Subject.other("device profile " + profileId)),
            DeviceProfileServiceGrpc.getGetMethod(),
            GetDeviceProfileRequest.newBuilder().setId(profileId).build()),
        answer -> known(answer.getDeviceProfile()),
        UNKNOWN);
  }

  private static Known known(DeviceProfile profile) {
    return new Known(
        profile.getPayloadCodecRuntime() == CodecRuntime.NONE ? Codec.MISSING : Codec.THERE,
        profile.getName());
  }
}
