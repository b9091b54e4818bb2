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
 * What a walk through the inventory makes of refusals. Both generations refuse what is not there as
 * they refuse what is not this key's, so one refusal alone does not end a walk.
 */
final class Refusals {
  /** Calls that are refused when what they ask for is not there. */
  @FunctionalInterface
  interface Calls {
    void run() throws InterruptedException;
  }

  /** Asks for one thing by its id. */
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
   * Looks up what is named by its id, once each, and reports to the walk what does not exist, or is
   * not visible with this key.
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
   * Goes on after a refusal if what was asked for has gone since it was listed.
   *
   * @throws ApiException on any other failure, and when it is still there: then it is the key
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
   * Whether these calls are permitted.
   *
   * @throws ApiException on any failure that is no refusal
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
