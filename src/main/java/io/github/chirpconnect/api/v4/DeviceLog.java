package io.github.chirpconnect.api.v4;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.api.LogListener;
import io.github.chirpconnect.api.LogStream;
import io.github.chirpconnect.proto.v4.InternalServiceGrpc;
import io.github.chirpconnect.proto.v4.LogItem;
import io.github.chirpconnect.proto.v4.StreamDeviceEventsRequest;
import io.github.chirpconnect.proto.v4.StreamDeviceFramesRequest;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One open stream of a device's log. It holds a place on a connection until the call is closed, and
 * never longer.
 */
final class DeviceLog implements LogStream {
  private static final Logger LOG = LoggerFactory.getLogger(DeviceLog.class);

  private enum State {
    OPEN,
    /** The listener no longer wants to hear anything. */
    LEFT,
    /** The listener has heard the end, or is about to. */
    ENDED
  }

  private final LogKind log;
  private final String devEui;
  private final LogListener listener;
  private final JudgedCalls calls;
  private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);
  private volatile ClientCall<?, LogItem> call;

  private DeviceLog(LogKind log, String devEui, LogListener listener, JudgedCalls calls) {
    this.log = log;
    this.devEui = devEui;
    this.listener = listener;
    this.calls = calls;
  }

  static LogStream open(
      LogKind log,
      String devEui,
      LogListener listener,
      Connections connections,
      JudgedCalls calls) {
    // The server checks the EUI that the text stands for, but looks up its Redis stream by the text
    // as it was sent, and finds
    // nothing, without an error, unless that is in lower case.
    DeviceLog stream = new DeviceLog(log, devEui.toLowerCase(Locale.ROOT), listener, calls);
    stream.start(connections);
    return stream;
  }

  private void start(Connections connections) {
    Connections.Lease lease;
    try {
      lease = connections.stream();
    } catch (RuntimeException e) {
      end(new CallFailure(Status.UNAVAILABLE.withDescription("no connection").withCause(e), false));
      return;
    }
    switch (log) {
      case EVENTS ->
          start(
              lease,
              InternalServiceGrpc.getStreamDeviceEventsMethod(),
              StreamDeviceEventsRequest.newBuilder().setDevEui(devEui).build());
      case FRAMES ->
          start(
              lease,
              InternalServiceGrpc.getStreamDeviceFramesMethod(),
              StreamDeviceFramesRequest.newBuilder().setDevEui(devEui).build());
    }
  }

  private <Q> void start(Connections.Lease lease, MethodDescriptor<Q, LogItem> method, Q request) {
    boolean started = false;
    try {
      Channel channel = lease.channel();
      ClientCall<Q, LogItem> newCall = channel.newCall(method, CallOptions.DEFAULT);
      call = newCall;
      newCall.start(new Receiver(lease), new Metadata());
      started = true;
      newCall.sendMessage(request);
      newCall.halfClose();
    } catch (RuntimeException e) {
      if (started) {
        // Closes the call, and with it ends the stream and gives the place back.
        call.cancel("the request could not be sent", e);
      } else {
        lease.release();
        end(
            new CallFailure(
                Status.UNAVAILABLE.withDescription("the stream could not be opened").withCause(e),
                false));
      }
    }
  }

  @Override
  public void request(int entries) {
    ClientCall<?, LogItem> open = call;
    if (open != null && state.get() == State.OPEN) {
      open.request(entries);
    }
  }

  @Override
  public void cancel() {
    state.compareAndSet(State.OPEN, State.LEFT);
    ClientCall<?, LogItem> open = call;
    if (open != null) {
      open.cancel("no longer wanted", null);
    }
  }

  private void end(CallFailure failure) {
    if (state.compareAndSet(State.OPEN, State.ENDED)) {
      calls
          .endOfStream(Operation.readDevice(devEui), failure)
          .thenAccept(listener::onEnd)
          .whenComplete(
              (done, bug) -> {
                if (bug != null) {
                  LOG.error("The end of the {} log of {} was not taken", log, devEui, bug);
                }
              });
    }
  }

  private void unreadable(LogItem item, IllegalArgumentException e) {
    if (state.compareAndSet(State.OPEN, State.ENDED)) {
      listener.onEnd(
          new ApiException(
              FailureKind.WRONG_SERVER,
              "device "
                  + devEui
                  + ": the server sent a log entry whose id cannot be read, so its place in the log is unknown ("
                  + e.getMessage()
                  + "); is it a ChirpStack v4?",
              e));
    }
    call.cancel("unreadable entry id " + item.getId(), e);
  }

  private final class Receiver extends ClientCall.Listener<LogItem> {
    private final Connections.Lease lease;

    Receiver(Connections.Lease lease) {
      this.lease = lease;
    }

    @Override
    public void onMessage(LogItem item) {
      if (state.get() != State.OPEN) {
        return;
      }
      LogEntry entry;
      try {
        entry = Wire.entry(log, devEui, item);
      } catch (IllegalArgumentException e) {
        unreadable(item, e);
        return;
      }
      listener.onEntry(entry);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      lease.release();
      end(new CallFailure(status, true));
    }
  }
}
