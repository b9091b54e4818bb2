package io.github.chirpconnect.api.inventory;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.FailureKind;
import java.util.List;

/**
 * The tenants and applications of a server: the places that everything else is listed by.
 *
 * <p>Whatever is named is got by its id, since an admin key that lists an unknown place gets an
 * empty list.
 */
public interface Tenancy {
  /**
   * All tenants.
   *
   * @throws ApiException {@link FailureKind#NOT_PERMITTED}, saying what to configure, when the key
   *     is not an admin's
   */
  List<Found> tenants() throws InterruptedException;

  Found tenant(String id) throws InterruptedException;

  /** The applications of a tenant; their places need no name. */
  List<Found> applications(String tenantId) throws InterruptedException;

  Found application(String id) throws InterruptedException;
}
