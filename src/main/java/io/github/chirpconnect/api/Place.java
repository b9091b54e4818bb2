package io.github.chirpconnect.api;

/**
 * Where in the server's inventory an entity was found. Null: the entity is not in one, or the key
 * may not see the name.
 *
 * @param tenantId v3: the organization's id
 */
public record Place(
    String tenantId, String tenantName, String applicationId, String applicationName) {
  /** The place of a tenant. */
  public static final Place NONE = new Place(null, null, null, null);

  public static Place tenant(String id, String name) {
    return new Place(id, name, null, null);
  }
}
