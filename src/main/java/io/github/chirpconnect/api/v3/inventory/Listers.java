package io.github.chirpconnect.api.v3.inventory;

import io.github.chirpconnect.api.inventory.Lister;
import java.util.List;

/** What can be listed of ChirpStack v3: one row for each dataset. */
public final class Listers {
  /** In the order of a walk: small datasets first. */
  public static final List<Lister<?, ?, ?>> ALL = List.of(new DeviceLister());

  private Listers() {}
}
