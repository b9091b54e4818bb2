package io.github.chirpconnect.api;

/**
 * Where in the server's inventory something was found; null what it is in none of, and names that
 * the key may not see.
 *
 * @param tenantId v3: the organization's id
 */
public record Place(
    String tenantId, String tenantName, String applicationId, String applicationName) {
  /** In no tenant: a tenant itself. */
  public static final Place NONE = new Place(null, null, null, null);

  public static Place tenant(String id, String name) {
    return new Place(id, name, null, null);
  }
}
