package io.github.chirpconnect.api;

import java.util.List;

/** Receives an inventory. An exception from one of its methods ends the walk. */
@FunctionalInterface
public interface InventoryWalk {
  /** A page of entities, all of one dataset. */
  void page(List<Entity> entities);

  /**
   * A part of the scope does not exist; the walk continues with the rest. Called before the first
   * page.
   *
   * @throws ApiException by default: {@link FailureKind#NOT_PERMITTED}
   */
  default void absent(Absent absent) {
    throw new ApiException(FailureKind.NOT_PERMITTED, absent.subject(), absent.reason(), null);
  }
}
