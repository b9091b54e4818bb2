package io.github.chirpconnect.simulator.access;

/**
 * The rights of an API key.
 *
 * @param tenantId whose key it is, an organization's in v3; empty for an admin key, which may touch
 *     every tenant, and for an application's key
 * @param applicationId the application that the key is for, in v3; empty for other keys
 * @param readOnly refused whatever changes something; v4 alone has such keys
 */
public record Caller(String tenantId, String applicationId, boolean readOnly) {
  public static final Caller ADMIN = new Caller("", "", false);
  public static final Caller READ_ONLY_ADMIN = new Caller("", "", true);

  public static Caller ofTenant(String tenantId, boolean readOnly) {
    return new Caller(tenantId, "", readOnly);
  }

  public static Caller ofApplication(String applicationId) {
    return new Caller("", applicationId, false);
  }

  public boolean isAdmin() {
    return tenantId.isEmpty() && applicationId.isEmpty();
  }
}
