package io.github.chirpconnect.api.grpc;

import com.google.protobuf.Message;
import io.github.chirpconnect.proto.v4.ApplicationServiceGrpc;
import io.github.chirpconnect.proto.v4.DeviceProfileServiceGrpc;
import io.github.chirpconnect.proto.v4.DeviceServiceGrpc;
import io.github.chirpconnect.proto.v4.InternalServiceGrpc;
import io.github.chirpconnect.proto.v4.TenantServiceGrpc;
import io.grpc.Channel;
import io.grpc.HandlerRegistry;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that answers each method as the test says, and UNIMPLEMENTED where it says nothing. */
public final class ScriptedServer implements Connections {
  private static final List<ServiceDescriptor> V4 =
      List.of(
          ApplicationServiceGrpc.getServiceDescriptor(),
          DeviceProfileServiceGrpc.getServiceDescriptor(),
          DeviceServiceGrpc.getServiceDescriptor(),
          InternalServiceGrpc.getServiceDescriptor(),
          TenantServiceGrpc.getServiceDescriptor());

  public interface Unary<Q> {
    /**
     * Gives the answer or throws {@link io.grpc.StatusRuntimeException}; null leaves the call
     * without an answer.
     */
    Message answer(Q request);
  }

  public interface Streaming<Q, A> {
    void open(Q request, ServerCallStreamObserver<A> answers);
  }

  /** One call received. */
  public record Received(String method, Object request) {}

  public final List<Received> received = new CopyOnWriteArrayList<>();
  public final AtomicInteger leases = new AtomicInteger();
  public final AtomicInteger refusedTokens = new AtomicInteger();
  private final Map<String, Unary<Object>> unary = new ConcurrentHashMap<>();
  private final Map<String, Streaming<Object, Object>> streams = new ConcurrentHashMap<>();
  private final Map<String, MethodDescriptor<?, ?>> strange = new ConcurrentHashMap<>();
  private final Server server;
  private final ManagedChannel channel;

  private static final List<ServiceDescriptor> V3 =
      List.of(
          io.github.chirpconnect.proto.v3.ApplicationServiceGrpc.getServiceDescriptor(),
          io.github.chirpconnect.proto.v3.DeviceQueueServiceGrpc.getServiceDescriptor(),
          io.github.chirpconnect.proto.v3.DeviceServiceGrpc.getServiceDescriptor(),
          io.github.chirpconnect.proto.v3.GatewayProfileServiceGrpc.getServiceDescriptor(),
          io.github.chirpconnect.proto.v3.OrganizationServiceGrpc.getServiceDescriptor());

  private ScriptedServer(List<ServiceDescriptor> services, boolean reflection) {
    String name = InProcessServerBuilder.generateName();
    InProcessServerBuilder builder =
        InProcessServerBuilder.forName(name).fallbackHandlerRegistry(new Strange());
    services.forEach(service -> builder.addService(scripted(service)));
    if (reflection) {
      builder.addService(ProtoReflectionServiceV1.newInstance());
    }
    try {
      server = builder.build().start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    channel = InProcessChannelBuilder.forName(name).build();
  }

  /** A server of generation v3. */
  public static ScriptedServer v3() {
    return new ScriptedServer(V3, false);
  }

  /** A server of the current version: reflection says so. */
  public static ScriptedServer current() {
    return new ScriptedServer(V4, true);
  }

  /**
   * A server that does not describe itself, or one behind a proxy that lets only its own services
   * through.
   */
  public static ScriptedServer withoutReflection() {
    return new ScriptedServer(V4, false);
  }

  @SuppressWarnings("unchecked")
  public <Q> ScriptedServer on(MethodDescriptor<Q, ?> method, Unary<Q> answer) {
    strange.put(method.getFullMethodName(), method);
    unary.put(method.getFullMethodName(), (Unary<Object>) answer);
    return this;
  }

  @SuppressWarnings("unchecked")
  public <Q, A> ScriptedServer onStream(MethodDescriptor<Q, A> method, Streaming<Q, A> stream) {
    streams.put(method.getFullMethodName(), (Streaming<Object, Object>) (Streaming<?, ?>) stream);
    return this;
  }

  public long count(MethodDescriptor<?, ?> method) {
    return received.stream()
        .filter(call -> call.method().equals(method.getFullMethodName()))
        .count();
  }

  @SuppressWarnings("unchecked")
  public <Q> List<Q> requests(MethodDescriptor<Q, ?> method) {
    return (List<Q>)
        received.stream()
            .filter(call -> call.method().equals(method.getFullMethodName()))
            .map(Received::request)
            .toList();
  }

  public static RuntimeException refused() {
    return status(Status.Code.UNAUTHENTICATED, "");
  }

  public static RuntimeException status(Status.Code code, String description) {
    return code.toStatus().withDescription(description).asRuntimeException();
  }

  @Override
  public Channel unary() {
    return channel;
  }

  @Override
  public Channel anonymous() {
    return channel;
  }

  @Override
  public Lease stream() {
    leases.incrementAndGet();
    return new Lease() {
      @Override
      public Channel channel() {
        return channel;
      }

      @Override
      public void watch(Runnable onSent, Runnable onWithheld) {
        onSent.run();
      }

      @Override
      public void release() {
        leases.decrementAndGet();
      }
    };
  }

  @Override
  public void tokenRefused() {
    refusedTokens.incrementAndGet();
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.shutdownNow();
  }

  private ServerServiceDefinition scripted(ServiceDescriptor service) {
    ServerServiceDefinition.Builder definition = ServerServiceDefinition.builder(service);
    service.getMethods().forEach(method -> define(definition, method));
    return definition.build();
  }

  private <Q, A> void define(
      ServerServiceDefinition.Builder definition, MethodDescriptor<Q, A> method) {
    definition.addMethod(method, handler(method));
  }

  private <Q, A> ServerCallHandler<Q, A> handler(MethodDescriptor<Q, A> method) {
    String name = method.getFullMethodName();
    return method.getType() == MethodDescriptor.MethodType.SERVER_STREAMING
        ? ServerCalls.asyncServerStreamingCall((request, answers) -> open(name, request, answers))
        : ServerCalls.asyncUnaryCall((request, answer) -> answer(name, request, answer));
  }

  @SuppressWarnings("unchecked")
  private <A> void open(String name, Object request, StreamObserver<A> answers) {
    received.add(new Received(name, request));
    Streaming<Object, Object> script = streams.get(name);
    if (script == null) {
      answers.onError(Status.UNIMPLEMENTED.asRuntimeException());
      return;
    }
    script.open(request, (ServerCallStreamObserver<Object>) answers);
  }

  @SuppressWarnings("unchecked")
  private <A> void answer(String name, Object request, StreamObserver<A> observer) {
    received.add(new Received(name, request));
    Unary<Object> script = unary.get(name);
    if (script == null) {
      observer.onError(Status.UNIMPLEMENTED.asRuntimeException());
      return;
    }
    try {
      Message answer = script.answer(request);
      if (answer != null) {
        observer.onNext((A) answer);
        observer.onCompleted();
      }
    } catch (RuntimeException e) {
      observer.onError(e);
    }
  }

  /** Methods outside the generated services. */
  private final class Strange extends HandlerRegistry {
    @Override
    public ServerMethodDefinition<?, ?> lookupMethod(String name, String authority) {
      MethodDescriptor<?, ?> method = strange.get(name);
      return method == null ? null : definition(method);
    }

    private <Q, A> ServerMethodDefinition<Q, A> definition(MethodDescriptor<Q, A> method) {
      return ServerMethodDefinition.create(method, handler(method));
    }
  }
}
