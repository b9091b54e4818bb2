package io.github.chirpconnect.api.grpc;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogListener;
import io.github.chirpconnect.api.LogStream;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One open stream of a log. It occupies a place on a connection until the call is closed.
 *
 * @param <A> the messages of the stream
 */
public final class LogCall<A> implements LogStream {
  private static final Logger LOG = LoggerFactory.getLogger(LogCall.class);

  private enum State {
    OPEN,
    /** The listener has cancelled. */
    LEFT,
    /** The listener has been told of the end, or is about to be. */
    ENDED
  }

  /**
   * How a stream ended.
   *
   * @param silence since the last message, or since the opening if there was none
   * @param messages how many arrived
   */
  public record End(RpcFailure failure, Duration silence, long messages) {}

  /**
   * How a generation reads a stream.
   *
   * @param subject the stream's subject, for a log message
   * @param entry reads a message; an {@link ApiException} that it throws ends the stream
   * @param end classifies the end; never fails
   */
  public record EntryReader<A>(
      String subject,
      Function<A, LogEntry> entry,
      Function<End, CompletionStage<ApiException>> end) {}

  private final EntryReader<A> reading;
  private final LogListener listener;
  private final LongSupplier nanoClock;
  private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);

  /** Opens the stream again, on another connection. */
  private volatile Runnable again;

  private volatile ClientCall<?, A> call;
  private long requested;
  private volatile long lastHeard;
  private volatile long messages;

  private LogCall(EntryReader<A> reading, LogListener listener, LongSupplier nanoClock) {
    this.reading = reading;
    this.listener = listener;
    this.nanoClock = nanoClock;
    this.lastHeard = nanoClock.getAsLong();
  }

  /** Never throws; the listener gets every failure. */
  public static <Q, A> LogStream open(
      Connections connections,
      MethodDescriptor<Q, A> method,
      Q request,
      EntryReader<A> reading,
      LogListener listener,
      LongSupplier nanoClock) {
    LogCall<A> stream = new LogCall<>(reading, listener, nanoClock);
    stream.again = () -> stream.start(connections, method, request);
    stream.again.run();
    return stream;
  }

  private <Q> void start(Connections connections, MethodDescriptor<Q, A> method, Q request) {
    Connections.Lease lease;
    try {
      lease = connections.stream();
    } catch (RuntimeException e) {
      end(new RpcFailure(Status.UNAVAILABLE.withDescription("no connection").withCause(e), false));
      return;
    }
    boolean started = false;
    try {
      ClientCall<Q, A> newCall = lease.channel().newCall(method, CallOptions.DEFAULT);
      call = newCall;
      lease.watch(() -> sent(newCall), () -> moveOn(newCall, lease));
      newCall.start(new Receiver(newCall, lease), new Metadata());
      started = true;
      newCall.sendMessage(request);
      newCall.halfClose();
    } catch (RuntimeException e) {
      if (started) {
        // This closes the call, which ends the stream and frees its place.
        call.cancel("the request could not be sent", e);
      } else {
        lease.release();
        end(
            new RpcFailure(
                Status.UNAVAILABLE.withDescription("the stream could not be opened").withCause(e),
                false));
      }
    }
  }

  private void sent(ClientCall<?, A> sent) {
    if (call == sent && state.get() == State.OPEN) {
      lastHeard = nanoClock.getAsLong();
      listener.onOpen();
    }
  }

  /** The request was not sent, so no server has seen it: it can be made on another connection. */
  private void moveOn(ClientCall<?, A> waiting, Connections.Lease lease) {
    synchronized (this) {
      if (call != waiting || state.get() != State.OPEN || messages > 0) {
        return;
      }
      lease.release();
      again.run();
      if (call != waiting && state.get() == State.OPEN && requested > 0) {
        call.request((int) Math.min(Integer.MAX_VALUE, requested));
      }
    }
    waiting.cancel("got no stream on the connection in time", null);
    if (state.get() == State.LEFT) {
      call.cancel("no longer wanted", null);
    }
  }

  @Override
  public void request(int entries) {
    synchronized (this) {
      requested += entries;
      ClientCall<?, A> open = call;
      if (open != null && state.get() == State.OPEN) {
        open.request(entries);
      }
    }
  }

  @Override
  public void cancel() {
    state.compareAndSet(State.OPEN, State.LEFT);
    ClientCall<?, A> open = call;
    if (open != null) {
      open.cancel("no longer wanted", null);
    }
  }

  private void end(RpcFailure failure) {
    if (state.compareAndSet(State.OPEN, State.ENDED)) {
      Duration silence = Duration.ofNanos(nanoClock.getAsLong() - lastHeard);
      reading
          .end()
          .apply(new End(failure, silence, messages))
          .thenAccept(listener::onEnd)
          .whenComplete(
              (done, bug) -> {
                if (bug != null) {
                  LOG.error("The end of the stream of {} was not taken", reading.subject(), bug);
                }
              });
    }
  }

  private void unreadable(ApiException reason) {
    if (state.compareAndSet(State.OPEN, State.ENDED)) {
      listener.onEnd(reason);
    }
    call.cancel("an entry could not be read", reason);
  }

  private final class Receiver extends ClientCall.Listener<A> {
    private final ClientCall<?, A> mine;
    private final Connections.Lease lease;

    Receiver(ClientCall<?, A> mine, Connections.Lease lease) {
      this.mine = mine;
      this.lease = lease;
    }

    @Override
    public void onHeaders(Metadata headers) {
      if (state.get() == State.OPEN && call == mine) {
        listener.onAnswer();
      }
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread at a time writes, another reads
    public void onMessage(A message) {
      if (state.get() != State.OPEN || call != mine) {
        return;
      }
      lastHeard = nanoClock.getAsLong();
      messages++;
      LogEntry entry;
      try {
        entry = reading.entry().apply(message);
      } catch (ApiException e) {
        unreadable(e);
        return;
      }
      listener.onEntry(entry);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      lease.release();
      if (call == mine) {
        end(new RpcFailure(status, true));
      }
    }
  }
}
