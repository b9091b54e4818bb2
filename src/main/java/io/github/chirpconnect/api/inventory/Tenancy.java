package io.github.chirpconnect.api.inventory;

import java.util.List;

/**
 * The tenants and applications of a server. All other datasets are listed for these.
 *
 * <p>Named ones are requested by their id, because an admin key that lists an unknown place gets an
 * empty list.
 */
public interface Tenancy {
  /** All tenants; needs an admin's key. */
  List<Found> tenants() throws InterruptedException;

  /**
   * The advice for a key that is not an admin's: such a key cannot ask which tenant it belongs to.
   */
  String notAnAdmin();

  Found tenant(String id) throws InterruptedException;

  /** The applications of a tenant; their places need no name. */
  List<Found> applications(String tenantId) throws InterruptedException;

  Found application(String id) throws InterruptedException;
}
