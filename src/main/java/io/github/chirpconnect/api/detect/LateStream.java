package io.github.chirpconnect.api.detect;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.api.LogListener;
import io.github.chirpconnect.api.LogStream;
import java.util.function.Consumer;

/** A stream that accepts requests and cancellation before it is open. */
final class LateStream implements LogStream, LogListener {
  private final LogListener listener;
  private final Consumer<ApiException> failures;
  private LogStream opened;
  private int requested;
  private boolean cancelled;

  /**
   * @param failures gets the reason of each end, before the listener does
   */
  LateStream(LogListener listener, Consumer<ApiException> failures) {
    this.listener = listener;
    this.failures = failures;
  }

  void open(ChirpStack server, LogKind log, String devEui) {
    synchronized (this) {
      if (cancelled) {
        return;
      }
    }
    LogStream stream = server.open(log, devEui, this);
    int waiting;
    boolean unwanted;
    synchronized (this) {
      opened = stream;
      waiting = requested;
      requested = 0;
      unwanted = cancelled;
    }
    if (unwanted) {
      stream.cancel();
    } else if (waiting > 0) {
      stream.request(waiting);
    }
  }

  @Override
  public void request(int entries) {
    LogStream stream;
    synchronized (this) {
      stream = opened;
      if (stream == null) {
        requested += entries;
      }
    }
    if (stream != null) {
      stream.request(entries);
    }
  }

  @Override
  public void cancel() {
    LogStream stream;
    synchronized (this) {
      cancelled = true;
      stream = opened;
    }
    if (stream != null) {
      stream.cancel();
    }
  }

  @Override
  public void onOpen() {
    listener.onOpen();
  }

  @Override
  public void onAnswer() {
    listener.onAnswer();
  }

  @Override
  public void onEntry(LogEntry entry) {
    listener.onEntry(entry);
  }

  @Override
  public void onEnd(ApiException reason) {
    failures.accept(reason);
    listener.onEnd(reason);
  }
}
