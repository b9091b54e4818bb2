package io.github.chirpconnect.api;

import java.util.List;

/** Who walks through the inventory. What a method throws ends the walk. */
@FunctionalInterface
public interface InventoryWalk {
  /** Some more entities, all of one dataset. */
  void page(List<Entity> entities);

  /**
   * Part of the scope is not there; the walk goes on with the rest. Comes before the first page.
   *
   * @throws ApiException by default: {@link FailureKind#NOT_PERMITTED}
   */
  default void absent(Absent absent) {
    throw new ApiException(FailureKind.NOT_PERMITTED, absent.subject(), absent.reason(), null);
  }
}
