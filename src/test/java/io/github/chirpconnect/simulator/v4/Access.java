package io.github.chirpconnect.simulator.v4;

import io.github.chirpconnect.simulator.access.ApiKeys;
import io.github.chirpconnect.simulator.access.Caller;
import io.github.chirpconnect.simulator.access.Claims;
import io.github.chirpconnect.simulator.network.Network;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Optional;

/**
 * Who may do what. Every refusal is UNAUTHENTICATED with an empty text, whether the key is gone,
 * may only read, or belongs to a tenant that does not own the object; an object that does not exist
 * is nobody's.
 */
final class Access {
  /** Does a call only read, or change something? */
  enum Purpose {
    READ,
    WRITE
  }

  private final ApiKeys keys;
  private final Network network;

  Access(ApiKeys keys, Network network) {
    this.keys = keys;
    this.network = network;
  }

  void anyCaller() {
    rights();
  }

  void admin() {
    permit(rights().isAdmin());
  }

  /** For people alone, never for a key. */
  void user() {
    Claims claims = AuthInterceptor.CLAIMS.get();
    if (claims instanceof Claims.None) {
      throw noAuthorization();
    }
    permit(claims instanceof Claims.User);
  }

  void tenant(String tenantId) {
    Caller caller = rights();
    permit(caller.isAdmin() || caller.tenantId().equals(tenantId));
  }

  /** A tenant's key passes only if the tenant has an application. */
  void groupsOfTenant(String tenantId) {
    Caller caller = rights();
    permit(
        caller.isAdmin()
            || (caller.tenantId().equals(tenantId) && network.hasApplication(tenantId)));
  }

  void application(String applicationId) {
    owned(Purpose.READ, network.tenantOfApplication(applicationId));
  }

  void device(Purpose purpose, String devEui) {
    owned(purpose, network.tenantOfDevice(devEui));
  }

  void gateway(String gatewayId) {
    owned(Purpose.READ, network.tenantOfGateway(gatewayId));
  }

  void group(Purpose purpose, String groupId) {
    owned(purpose, network.tenantOfGroup(groupId));
  }

  private void owned(Purpose purpose, Optional<String> owner) {
    Caller caller = rights();
    permit(purpose == Purpose.READ || !caller.readOnly());
    permit(caller.isAdmin() || owner.filter(caller.tenantId()::equals).isPresent());
  }

  private Caller rights() {
    Claims claims = AuthInterceptor.CLAIMS.get();
    if (claims instanceof Claims.Key key) {
      Caller caller = keys.rights(key);
      permit(caller != null);
      return caller;
    }
    if (claims instanceof Claims.None) {
      throw noAuthorization();
    }
    return Caller.ADMIN;
  }

  private static void permit(boolean allowed) {
    if (!allowed) {
      throw Status.UNAUTHENTICATED.asRuntimeException();
    }
  }

  private static StatusRuntimeException noAuthorization() {
    return Status.UNAUTHENTICATED.withDescription("no authorization provided").asRuntimeException();
  }
}
