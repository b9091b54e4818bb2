package io.github.chirpconnect.simulator.fault;

import io.github.chirpconnect.simulator.time.Time;
import io.grpc.ForwardingServerCall;
import io.grpc.ForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Faults of single calls: answers that come late, do not come, or are another status. */
public final class CallFaults implements ServerInterceptor {
  /** What happens to one call. */
  sealed interface Fault {
    /** The server does what was asked and never answers. */
    record NoAnswer() implements Fault {}

    /** The server does nothing and answers this. */
    record Refusal(Status status) implements Fault {}

    /** The server does what was asked and answers this. */
    record WrongAnswer(Status status) implements Fault {}
  }

  private final Time time;
  private final Map<String, Deque<Fault>> planned = new ConcurrentHashMap<>();
  private final Map<String, Status> refusedDevices = new ConcurrentHashMap<>();
  private volatile Duration delay = Duration.ZERO;
  private volatile Duration hold = Duration.ZERO;

  public CallFaults(Time time) {
    this.time = time;
  }

  void plan(String method, int calls, Fault fault) {
    Deque<Fault> faults = planned.computeIfAbsent("api." + method, name -> new ArrayDeque<>());
    synchronized (faults) {
      for (int i = 0; i < calls; i++) {
        faults.addLast(fault);
      }
    }
  }

  /** Each downlink of a device is answered with this, and nothing is done. */
  void refuseDownlinks(String devEui, Status status) {
    refusedDevices.put(devEui, status);
  }

  /** Unary calls are done at once and answered later. */
  void delay(Duration delay) {
    this.delay = delay;
  }

  /** Unary calls are done and answered later. */
  void hold(Duration delay) {
    this.hold = delay;
  }

  void clear() {
    planned.clear();
    refusedDevices.clear();
    delay = Duration.ZERO;
    hold = Duration.ZERO;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    Optional<Fault> fault = next(call.getMethodDescriptor().getFullMethodName());
    if (fault.isPresent() && fault.get() instanceof Fault.Refusal refusal) {
      call.close(refusal.status(), new Metadata());
      return new ServerCall.Listener<>() {};
    }
    if (fault.isPresent()) {
      return next.startCall(new Altered<>(call, fault.get()), headers);
    }
    if (call.getMethodDescriptor().getFullMethodName().endsWith("/Enqueue")
        && !refusedDevices.isEmpty()) {
      return new Refusing<>(call, next.startCall(call, headers));
    }
    boolean unary = call.getMethodDescriptor().getType().serverSendsOneMessage();
    if (unary && !hold.isZero()) {
      return new Held<>(call, next.startCall(call, headers), time, hold);
    }
    return next.startCall(
        unary && !delay.isZero() ? new Delayed<>(call, time, delay) : call, headers);
  }

  private Optional<Fault> next(String method) {
    Deque<Fault> faults = planned.get(method);
    if (faults == null) {
      return Optional.empty();
    }
    synchronized (faults) {
      return Optional.ofNullable(faults.pollFirst());
    }
  }

  /** Looks whose downlink it is, which only the request tells. */
  private final class Refusing<Q, A>
      extends ForwardingServerCallListener.SimpleForwardingServerCallListener<Q> {
    private final ServerCall<Q, A> call;
    private boolean refused;

    Refusing(ServerCall<Q, A> call, ServerCall.Listener<Q> listener) {
      super(listener);
      this.call = call;
    }

    @Override
    public void onMessage(Q request) {
      String text = String.valueOf(request);
      refusedDevices.forEach(
          (devEui, status) -> {
            if (!refused && text.contains('"' + devEui + '"')) {
              refused = true;
              call.close(status, new Metadata());
            }
          });
      if (!refused) {
        super.onMessage(request);
      }
    }

    @Override
    public void onHalfClose() {
      if (!refused) {
        super.onHalfClose();
      }
    }
  }

  /** A call is carried out once all of its request is there; so that is said later. */
  private static final class Held<Q, A>
      extends ForwardingServerCallListener.SimpleForwardingServerCallListener<Q> {
    private final ServerCall<Q, A> call;
    private final Time time;
    private final Duration delay;

    Held(ServerCall<Q, A> call, ServerCall.Listener<Q> listener, Time time, Duration delay) {
      super(listener);
      this.call = call;
      this.time = time;
      this.delay = delay;
    }

    @Override
    public void onHalfClose() {
      time.after(delay, this::carryOut);
    }

    private void carryOut() {
      if (!call.isCancelled()) {
        super.onHalfClose();
      }
    }
  }

  private static final class Altered<Q, A>
      extends ForwardingServerCall.SimpleForwardingServerCall<Q, A> {
    private final Fault fault;

    Altered(ServerCall<Q, A> call, Fault fault) {
      super(call);
      this.fault = fault;
    }

    @Override
    public void sendHeaders(Metadata headers) {
      // Another status comes without an answer before it, and no answer without anything.
    }

    @Override
    public void sendMessage(A message) {
      // As above.
    }

    @Override
    public void close(Status status, Metadata trailers) {
      if (fault instanceof Fault.WrongAnswer wrong) {
        super.close(wrong.status(), new Metadata());
      }
    }
  }

  /** Keeps the order of headers, message and status: all are late by the same. */
  private static final class Delayed<Q, A>
      extends ForwardingServerCall.SimpleForwardingServerCall<Q, A> {
    private final Time time;
    private final Duration delay;
    private Metadata headers;
    private A message;

    Delayed(ServerCall<Q, A> call, Time time, Duration delay) {
      super(call);
      this.time = time;
      this.delay = delay;
    }

    @Override
    public void sendHeaders(Metadata headers) {
      this.headers = headers;
    }

    @Override
    public void sendMessage(A message) {
      this.message = message;
    }

    @Override
    public void close(Status status, Metadata trailers) {
      time.after(delay, () -> answer(status, trailers));
    }

    private void answer(Status status, Metadata trailers) {
      if (isCancelled()) {
        return;
      }
      if (message != null) {
        super.sendHeaders(headers);
        super.sendMessage(message);
      }
      super.close(status, trailers);
    }
  }
}
