package io.github.chirpconnect.sink.dispatch;

import io.github.chirpconnect.sink.outcome.PendingCommand;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * Whose fault it is that a command could not be sent for as long as it may be tried: the server's,
 * which nothing may be skipped for, or the command's own, which must not stop all others.
 *
 * <p>It is the command's where the server is well, which one call more shows, and took commands of
 * other devices since this one began to fail, or where no other device's command fails. A server
 * that can be read but not written, say, takes nobody's.
 */
final class Blame {
  private final Set<PendingCommand> failing = Collections.newSetFromMap(new IdentityHashMap<>());
  private String lastServed;
  private long lastServedAt;

  /** A call for the command failed in a way that time heals. */
  void failed(PendingCommand pending) {
    if (!pending.abandoned()) {
      failing.add(pending);
    }
  }

  /** The server took a command. */
  void served(PendingCommand pending, long now) {
    lastServed = pending.devEui();
    lastServedAt = now;
  }

  /** It is decided what became of the command. */
  void over(PendingCommand pending) {
    failing.remove(pending);
  }

  /** Forgets the commands of partitions that were taken away. */
  void dropAbandoned() {
    failing.removeIf(PendingCommand::abandoned);
  }

  /** The device whose queue is to be read, to see whether the server is well. */
  String witness(PendingCommand pending) {
    return lastServed == null ? pending.devEui() : lastServed;
  }

  /**
   * Whether it is the command's fault, given that the server is well.
   *
   * @param failingFor for how many milliseconds nothing has gone, until now
   */
  boolean isOwn(PendingCommand pending, long now, long failingFor) {
    boolean othersServed = lastServed != null && now - lastServedAt < failingFor;
    return othersServed || failing.stream().allMatch(each -> each == pending);
  }
}
