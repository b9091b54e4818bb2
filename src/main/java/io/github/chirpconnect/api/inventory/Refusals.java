package io.github.chirpconnect.api.inventory;

import io.github.chirpconnect.api.Absent;
import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.InventoryWalk;
import io.github.chirpconnect.api.Subject;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.function.Function;

/**
 * How a walk deals with refusals. Both generations refuse an object that does not exist like one
 * that is not visible to the key, so a single refusal does not end a walk.
 */
final class Refusals {
  /** Calls that are refused if their object does not exist. */
  @FunctionalInterface
  interface Calls {
    void run() throws InterruptedException;
  }

  /** Requests one object by its id. */
  @FunctionalInterface
  interface Lookup {
    void find(String id) throws InterruptedException;
  }

  /** A question to the server. */
  @FunctionalInterface
  interface Question {
    boolean ask() throws InterruptedException;
  }

  private Refusals() {}

  /**
   * Requests each named object once, and reports to the walk those that do not exist or are not
   * visible to this key.
   *
   * @throws ApiException on any other failure
   */
  static void named(
      Function<String, Subject> subject, Collection<String> ids, InventoryWalk walk, Lookup lookup)
      throws InterruptedException {
    for (String id : new LinkedHashSet<>(ids)) {
      try {
        lookup.find(id);
      } catch (ApiException e) {
        if (e.kind() != FailureKind.NOT_PERMITTED) {
          throw e;
        }
        walk.absent(new Absent(subject.apply(id), e.getMessage()));
      }
    }
  }

  /**
   * Continues after a refusal if the object has been deleted since it was listed.
   *
   * @throws ApiException on any other failure, and if the object still exists: then the key lacks
   *     the right
   */
  static void unlessGone(Calls calls, Question stillThere) throws InterruptedException {
    try {
      calls.run();
    } catch (ApiException refused) {
      if (refused.kind() != FailureKind.NOT_PERMITTED || stillThere.ask()) {
        throw refused;
      }
    }
  }

  /**
   * Whether the key may make these calls.
   *
   * @throws ApiException on any failure other than a refusal
   */
  static boolean arePermitted(Calls calls) throws InterruptedException {
    try {
      calls.run();
      return true;
    } catch (ApiException e) {
      if (e.kind() == FailureKind.NOT_PERMITTED) {
        return false;
      }
      throw e;
    }
  }
}
