package io.github.chirpconnect.simulator;

/**
 * The rights of an API key.
 *
 * @param tenantId whose key it is; empty for an admin key, which may touch every tenant
 * @param readOnly refused whatever changes something
 */
record Caller(String tenantId, boolean readOnly) {
  static final Caller ADMIN = new Caller("", false);
  static final Caller READ_ONLY_ADMIN = new Caller("", true);

  boolean isAdmin() {
    return tenantId.isEmpty();
  }
}
