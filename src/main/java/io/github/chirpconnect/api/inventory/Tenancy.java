package io.github.chirpconnect.api.inventory;

import java.util.List;

/**
 * The tenants and applications of a server: the places that everything else is listed by.
 *
 * <p>Whatever is named is got by its id, since an admin key that lists an unknown place gets an
 * empty list.
 */
public interface Tenancy {
  /** All tenants, for an admin's key. */
  List<Found> tenants() throws InterruptedException;

  /** What to tell whose key is not an admin's: such a key cannot ask which tenant is its own. */
  String notAnAdmin();

  Found tenant(String id) throws InterruptedException;

  /** The applications of a tenant; their places need no name. */
  List<Found> applications(String tenantId) throws InterruptedException;

  Found application(String id) throws InterruptedException;
}
