package io.github.chirpconnect.sink.dispatch;

import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.sink.outcome.PendingCommand;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * Decides why a command could not be sent within the retry timeout. If the server is the cause,
 * nothing may be skipped. If the command itself is the cause, it must not stop the others.
 *
 * <p>The command is the cause if the server works, which one more call shows, and if in addition
 * the server took commands of other devices since this one began to fail, or no other device's
 * command fails. A server that can be read but not written takes nobody's commands.
 */
final class Blame {
  private final Set<PendingCommand> failing = Collections.newSetFromMap(new IdentityHashMap<>());
  private Target lastServed;
  private long lastServedAt;

  /** A call for the command failed temporarily. */
  void failed(PendingCommand pending) {
    if (!pending.abandoned()) {
      failing.add(pending);
    }
  }

  /** The server took a command. */
  void served(PendingCommand pending, long now) {
    lastServed = pending.target();
    lastServedAt = now;
  }

  /** The command has an outcome. */
  void over(PendingCommand pending) {
    failing.remove(pending);
  }

  /** Forgets the commands of revoked partitions. */
  void dropAbandoned() {
    failing.removeIf(PendingCommand::abandoned);
  }

  /** The device whose queue is read to see whether the server works. */
  Target witness(PendingCommand pending) {
    return lastServed == null ? pending.target() : lastServed;
  }

  /**
   * Whether the command itself is the cause, given that the server works.
   *
   * @param failingFor for how many milliseconds calls have failed
   */
  boolean isOwn(PendingCommand pending, long now, long failingFor) {
    boolean othersServed = lastServed != null && now - lastServedAt < failingFor;
    return othersServed || failing.stream().allMatch(each -> each == pending);
  }
}
