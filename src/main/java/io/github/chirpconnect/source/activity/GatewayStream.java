package io.github.chirpconnect.source.activity;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.EntryId;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.api.LogListener;
import io.github.chirpconnect.api.LogStream;
import io.github.chirpconnect.common.Backoff;
import java.util.function.Consumer;

/**
 * Reads the frames of one gateway, over as many streams as it takes, one at a time. Frames that are
 * lost between two streams do not matter. Used only on the streams thread.
 */
final class GatewayStream {
  /** More than the server sends at once. */
  private static final int PREFETCH = 16;

  private final String gateway;
  private final Consumer<LogEntry> heard;
  private final GatewaySignals.Dependencies task;
  private final Backoff backoff;

  private boolean open;
  private LogStream stream;
  private int opening;
  private long openAt;
  private int credits;
  private EntryId.Sequenced last;
  private ApiException refusal;

  /**
   * @param heard receives each entry once, whatever is replayed
   */
  GatewayStream(
      String gateway, Consumer<LogEntry> heard, GatewaySignals.Dependencies dependencies) {
    this.gateway = gateway;
    this.heard = heard;
    this.task = dependencies;
    this.backoff = new Backoff(dependencies.random());
  }

  boolean isOpen() {
    return open;
  }

  boolean isDueToOpen(long now) {
    return !open && refusal == null && now >= openAt;
  }

  /** Why the key may not read it; null if it may, as far as is known. */
  ApiException refusal() {
    return refusal;
  }

  /** The server lists the gateway again: a refused stream is tried again. */
  void listed() {
    refusal = null;
  }

  void open() {
    open = true;
    int number = ++opening;
    credits = PREFETCH;
    stream =
        task.chirpStack()
            .open(
                LogKind.GATEWAY_FRAMES,
                gateway,
                new LogListener() {
                  @Override
                  public void onOpen() {
                    // Silence has no meaning here.
                  }

                  @Override
                  public void onEntry(LogEntry entry) {
                    task.thread().execute(() -> entry(number, entry));
                  }

                  @Override
                  public void onEnd(ApiException reason) {
                    task.thread().execute(() -> ended(number, reason));
                  }
                });
    stream.request(PREFETCH);
  }

  void close() {
    if (open) {
      open = false;
      stream.cancel();
    }
  }

  private boolean isCurrent(int number) {
    return open && number == opening;
  }

  private void entry(int number, LogEntry entry) {
    if (!isCurrent(number)) {
      return;
    }
    backoff.reset();
    if (--credits <= PREFETCH / 2) {
      stream.request(PREFETCH - credits);
      credits = PREFETCH;
    }
    if (entry.id() instanceof EntryId.Sequenced id && (last == null || id.compareTo(last) > 0)) {
      last = id;
      heard.accept(entry);
    }
  }

  private void ended(int number, ApiException reason) {
    if (!isCurrent(number)) {
      return;
    }
    open = false;
    if (reason.kind() == FailureKind.NOT_PERMITTED || reason.kind() == FailureKind.BAD_REQUEST) {
      refusal = reason;
    } else {
      // Whatever is wrong with the server or the key, the devices' own streams show it, too.
      openAt = task.clock().getAsLong() + backoff.next();
    }
  }
}
