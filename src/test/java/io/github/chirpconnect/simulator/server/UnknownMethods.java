package io.github.chirpconnect.simulator.server;

import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Set;
import java.util.function.Function;

/**
 * Refuses what no service has as ChirpStack does, without gRPC's own text and without a look at the
 * token.
 */
public final class UnknownMethods extends HandlerRegistry {
  private final Function<String, Status> refusal;

  private UnknownMethods(Function<String, Status> refusal) {
    this.refusal = refusal;
  }

  /** v4 says nothing. */
  public static UnknownMethods v4() {
    return new UnknownMethods(method -> Status.UNIMPLEMENTED);
  }

  /**
   * v3 tells services and methods apart.
   *
   * @param services the names of those that there are
   */
  public static UnknownMethods v3(Set<String> services) {
    return new UnknownMethods(
        method -> {
          String service = method.substring(0, method.lastIndexOf('/'));
          String name = method.substring(method.lastIndexOf('/') + 1);
          String text =
              services.contains(service)
                  ? "unknown method " + name + " for service " + service
                  : "unknown service " + service;
          return Status.UNIMPLEMENTED.withDescription(text);
        });
  }

  /** What a method is refused with that there is not: {@code api.Service/Method}. */
  public Status refusal(String method) {
    return refusal.apply(method);
  }

  @Override
  public ServerMethodDefinition<?, ?> lookupMethod(String methodName, String authority) {
    MethodDescriptor<InputStream, InputStream> method =
        MethodDescriptor.<InputStream, InputStream>newBuilder()
            .setType(MethodDescriptor.MethodType.UNKNOWN)
            .setFullMethodName(methodName)
            .setRequestMarshaller(new Bytes())
            .setResponseMarshaller(new Bytes())
            .build();
    return ServerMethodDefinition.create(
        method,
        (call, headers) -> {
          call.close(refusal.apply(methodName), new Metadata());
          return new ServerCall.Listener<>() {};
        });
  }

  /** Requests are of no interest, and there are no answers. */
  private static final class Bytes implements MethodDescriptor.Marshaller<InputStream> {
    @Override
    public InputStream stream(InputStream value) {
      return value;
    }

    @Override
    public InputStream parse(InputStream stream) {
      return new ByteArrayInputStream(new byte[0]);
    }
  }
}
