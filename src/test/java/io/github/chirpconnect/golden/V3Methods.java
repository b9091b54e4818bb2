package io.github.chirpconnect.golden;

import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.Message;
import io.github.chirpconnect.proto.v3.ApplicationServiceGrpc;
import io.github.chirpconnect.proto.v3.DeviceProfileServiceGrpc;
import io.github.chirpconnect.proto.v3.DeviceQueueServiceGrpc;
import io.github.chirpconnect.proto.v3.DeviceServiceGrpc;
import io.github.chirpconnect.proto.v3.GatewayProfileServiceGrpc;
import io.github.chirpconnect.proto.v3.GatewayServiceGrpc;
import io.github.chirpconnect.proto.v3.InternalServiceGrpc;
import io.github.chirpconnect.proto.v3.MulticastGroupServiceGrpc;
import io.github.chirpconnect.proto.v3.NetworkServerServiceGrpc;
import io.github.chirpconnect.proto.v3.OrganizationServiceGrpc;
import io.github.chirpconnect.proto.v3.ServiceProfileServiceGrpc;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import java.io.ByteArrayInputStream;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The calls of ChirpStack v3 that this project can make, with what their definitions say about
 * REST.
 */
public final class V3Methods {
  private static final Pattern VARIABLE = Pattern.compile("\\{([a-z_.]+)}");

  /**
   * One call.
   *
   * @param verb of HTTP
   * @param template the path, with request fields in braces
   * @param body {@code *} where the whole request is the body, empty where there is none
   */
  public record V3Method(
      MethodDescriptor<?, ?> grpc,
      com.google.protobuf.Descriptors.MethodDescriptor schema,
      String verb,
      String template,
      String body) {
    public String name() {
      return "/" + grpc.getFullMethodName();
    }

    public Message parseRequest(byte[] bytes) {
      return (Message) grpc.parseRequest(new ByteArrayInputStream(bytes));
    }

    public Message parseResponse(byte[] bytes) {
      return (Message) grpc.parseResponse(new ByteArrayInputStream(bytes));
    }

    /**
     * Whether a request line without its query is this call's; a variable stands for one segment.
     */
    public boolean takes(String verb, String path) {
      // The literal parts of the paths hold no character that is special to a pattern.
      return this.verb.equals(verb) && path.matches(VARIABLE.matcher(template).replaceAll("[^/]+"));
    }

    /** The request fields that the path names, such as {@code device_queue_item.dev_eui}. */
    public Stream<String> variables() {
      return VARIABLE.matcher(template).results().map(found -> found.group(1));
    }

    @Override
    public String toString() {
      return name();
    }
  }

  private V3Methods() {}

  /** By name, such as {@code /api.DeviceService/List}. */
  public static Map<String, V3Method> all() {
    return of(
        ApplicationServiceGrpc.getServiceDescriptor(),
        DeviceProfileServiceGrpc.getServiceDescriptor(),
        DeviceQueueServiceGrpc.getServiceDescriptor(),
        DeviceServiceGrpc.getServiceDescriptor(),
        GatewayProfileServiceGrpc.getServiceDescriptor(),
        GatewayServiceGrpc.getServiceDescriptor(),
        InternalServiceGrpc.getServiceDescriptor(),
        MulticastGroupServiceGrpc.getServiceDescriptor(),
        NetworkServerServiceGrpc.getServiceDescriptor(),
        OrganizationServiceGrpc.getServiceDescriptor(),
        ServiceProfileServiceGrpc.getServiceDescriptor());
  }

  /** The methods of some services, of either generation, that have a REST form. */
  public static Map<String, V3Method> of(ServiceDescriptor... services) {
    Map<String, V3Method> all = new TreeMap<>();
    Stream.of(services)
        .flatMap(service -> service.getMethods().stream())
        .map(V3Methods::read)
        .forEach(method -> all.put(method.name(), method));
    return all;
  }

  private static V3Method read(MethodDescriptor<?, ?> grpc) {
    var schema = ((ProtoMethodDescriptorSupplier) grpc.getSchemaDescriptor()).getMethodDescriptor();
    HttpRule rule = schema.getOptions().getExtension(AnnotationsProto.http);
    String template =
        switch (rule.getPatternCase()) {
          case GET -> rule.getGet();
          case POST -> rule.getPost();
          case DELETE -> rule.getDelete();
          default ->
              throw new IllegalStateException(grpc.getFullMethodName() + " has no path: " + rule);
        };
    return new V3Method(grpc, schema, rule.getPatternCase().name(), template, rule.getBody());
  }
}
