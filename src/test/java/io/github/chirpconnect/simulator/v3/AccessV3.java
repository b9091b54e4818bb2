package io.github.chirpconnect.simulator.v3;

import io.github.chirpconnect.simulator.access.ApiKeys;
import io.github.chirpconnect.simulator.access.Caller;
import io.github.chirpconnect.simulator.access.Claims;
import io.github.chirpconnect.simulator.network.Network;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Optional;

/**
 * Who may do what in v3. Services look at a call's arguments first and then ask here. Every refusal
 * is UNAUTHENTICATED; what does not exist is nobody's, so that only an administrator hears that it
 * does not.
 */
final class AccessV3 {
  private static final Context.Key<String> HEADER = Context.key("authorization");
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final String PREFIX = "bearer ";
  private static final String FAILED = "authentication failed: ";

  private final ApiKeys keys;
  private final Network network;

  AccessV3(ApiKeys keys, Network network) {
    this.keys = keys;
    this.network = network;
  }

  /** Keeps the first authorization header of a call for the checks. */
  static ServerInterceptor reader() {
    return new ServerInterceptor() {
      @Override
      public <Q, A> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        Iterable<String> values = headers.getAll(AUTHORIZATION);
        String first = values == null ? null : values.iterator().next();
        return Contexts.interceptCall(
            Context.current().withValue(HEADER, first), call, headers, next);
      }
    };
  }

  /** Any key that exists. */
  void anyKey() {
    caller();
  }

  void admin() {
    permit(caller().isAdmin());
  }

  /** Lists without a filter are for people; keys are told so with another status. */
  void unfiltered() {
    if (!(claims() instanceof Claims.User)) {
      throw Status.UNKNOWN.withDescription("subject must be user").asRuntimeException();
    }
  }

  /**
   * An organization's administrator or key.
   *
   * @param id empty for all organizations
   */
  void organization(String id) {
    Caller caller = caller();
    permit(caller.isAdmin() || (!id.isEmpty() && caller.tenantId().equals(id)));
  }

  /** The application's own key, too. */
  void application(String id) {
    permit(maySee(caller(), id, network.tenantOfApplication(id)));
  }

  void device(String devEui) {
    device(devEui, FAILED);
  }

  /**
   * @param words that stand before the reason
   */
  void device(String devEui, String words) {
    Caller caller = caller();
    boolean allowed =
        maySee(
            caller,
            network.hasDevice(devEui) ? network.device(devEui).getApplicationId() : "",
            network.tenantOfDevice(devEui));
    if (!allowed) {
      throw refused(words);
    }
  }

  void gateway(String gatewayId) {
    owner(network.tenantOfGateway(gatewayId));
  }

  /** Applications' keys may not touch groups. */
  void group(String groupId) {
    owner(network.tenantOfGroup(groupId));
  }

  /**
   * The list of device profiles.
   *
   * @param organizationId empty where the request names none, as the application
   */
  void deviceProfiles(String organizationId, String applicationId) {
    Caller caller = caller();
    boolean own = ownsSome(caller) && caller.tenantId().equals(organizationId);
    boolean ofOwnApplication =
        !applicationId.isEmpty()
            && maySee(caller, applicationId, network.tenantOfApplication(applicationId));
    permit(caller.isAdmin() || own || ofOwnApplication);
  }

  /** An application's key may see the profiles of the application's organization. */
  void deviceProfile(String id) {
    Caller caller = caller();
    Optional<String> owner = network.tenantOfProfile(id);
    boolean ofApplication =
        !caller.applicationId().isEmpty()
            && owner.isPresent()
            && owner.equals(network.tenantOfApplication(caller.applicationId()));
    permit(
        caller.isAdmin()
            || ofApplication
            || (ownsSome(caller) && owner.equals(Optional.of(caller.tenantId()))));
  }

  void serviceProfile(String id) {
    owner(network.tenantOfServiceProfile(id));
  }

  /**
   * An organization may see the network servers of its service profiles.
   *
   * @param exists then it is that of every organization
   */
  void networkServer(boolean exists) {
    Caller caller = caller();
    permit(caller.isAdmin() || (exists && ownsSome(caller)));
  }

  private void owner(Optional<String> tenantId) {
    Caller caller = caller();
    permit(
        caller.isAdmin() || (ownsSome(caller) && tenantId.equals(Optional.of(caller.tenantId()))));
  }

  private static boolean maySee(Caller caller, String applicationId, Optional<String> tenantId) {
    return caller.isAdmin()
        || (!applicationId.isEmpty() && caller.applicationId().equals(applicationId))
        || (ownsSome(caller) && tenantId.equals(Optional.of(caller.tenantId())));
  }

  private static boolean ownsSome(Caller caller) {
    return !caller.tenantId().isEmpty();
  }

  private Caller caller() {
    Claims claims = claims();
    Caller caller = claims instanceof Claims.Key key ? keys.rights(key) : Caller.ADMIN;
    permit(caller != null);
    return caller;
  }

  private Claims claims() {
    String header = HEADER.get();
    if (header == null) {
      throw refused(FAILED, "get token from context error: no authorization-data in metadata");
    }
    // A token without the word before it is taken, too.
    boolean prefixed = header.regionMatches(true, 0, PREFIX, 0, PREFIX.length());
    try {
      return keys.verify(prefixed ? header.substring(PREFIX.length()) : header);
    } catch (StatusRuntimeException e) {
      throw refused(FAILED, e.getStatus().getDescription());
    }
  }

  private static void permit(boolean allowed) {
    if (!allowed) {
      throw refused(FAILED);
    }
  }

  private static StatusRuntimeException refused(String words) {
    return refused(words, "not authorized");
  }

  private static StatusRuntimeException refused(String words, String reason) {
    return Status.UNAUTHENTICATED.withDescription(words + reason).asRuntimeException();
  }
}
