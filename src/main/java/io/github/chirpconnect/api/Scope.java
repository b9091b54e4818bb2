package io.github.chirpconnect.api;

import java.util.List;

/**
 * The part of the network to read. If both lists are empty: everything that an admin key can see. A
 * tenant key cannot ask which tenant it belongs to, so it needs ids here.
 *
 * @param tenantIds tenants (v3: organizations)
 * @param applicationIds applications, in addition to those of the tenants
 */
public record Scope(List<String> tenantIds, List<String> applicationIds) {
  public static final Scope ALL = new Scope(List.of(), List.of());

  public Scope {
    tenantIds = List.copyOf(tenantIds);
    applicationIds = List.copyOf(applicationIds);
  }
}
