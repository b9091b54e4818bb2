package io.github.chirpconnect.sink.doubt;

import io.github.chirpconnect.sink.outcome.PendingCommand;
import java.util.IdentityHashMap;
import java.util.Map;

/** What is asked about the commands of this task whose call was lost. */
public final class LostCalls {
  private final SentItems sent;
  private final Map<PendingCommand, LostCall> open = new IdentityHashMap<>();

  public LostCalls(SentItems sent) {
    this.sent = sent;
  }

  /** The inquiry about a command's lost call, begun if there is none. */
  public LostCall of(PendingCommand pending) {
    return open.computeIfAbsent(pending, this::begin);
  }

  private LostCall begin(PendingCommand pending) {
    return new LostDeviceCall(pending, item -> sent.contains(pending.target(), item));
  }

  /** The inquiry has ended. */
  public void over(PendingCommand pending) {
    open.remove(pending);
  }

  /** Forgets the commands of revoked partitions. */
  public void dropAbandoned() {
    open.keySet().removeIf(PendingCommand::abandoned);
  }
}
