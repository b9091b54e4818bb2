package io.github.chirpconnect.simulator.recorded;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.github.chirpconnect.proto.v4.ApplicationServiceGrpc;
import io.github.chirpconnect.proto.v4.DeviceProfileServiceGrpc;
import io.github.chirpconnect.proto.v4.DeviceServiceGrpc;
import io.github.chirpconnect.proto.v4.GatewayServiceGrpc;
import io.github.chirpconnect.proto.v4.InternalServiceGrpc;
import io.github.chirpconnect.proto.v4.LogItem;
import io.github.chirpconnect.proto.v4.MulticastGroupServiceGrpc;
import io.github.chirpconnect.proto.v4.TenantServiceGrpc;
import io.github.chirpconnect.simulator.Client;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Calls with recorded bytes, of whatever method. */
final class RawMethods {
  /** What a call brought; the message is null unless the status is OK. */
  record Answer(Status status, ByteString message) {}

  private static final Map<String, MethodDescriptor<?, ?>> KNOWN =
      Stream.of(
              TenantServiceGrpc.getServiceDescriptor(),
              ApplicationServiceGrpc.getServiceDescriptor(),
              DeviceProfileServiceGrpc.getServiceDescriptor(),
              DeviceServiceGrpc.getServiceDescriptor(),
              GatewayServiceGrpc.getServiceDescriptor(),
              MulticastGroupServiceGrpc.getServiceDescriptor(),
              InternalServiceGrpc.getServiceDescriptor())
          .map(ServiceDescriptor::getMethods)
          .flatMap(methods -> methods.stream())
          .collect(Collectors.toMap(MethodDescriptor::getFullMethodName, Function.identity()));

  private RawMethods() {}

  /** Whether {@code proto/v4} has a method, such as {@code /api.DeviceService/List}. */
  static boolean isKnown(String path) {
    return KNOWN.containsKey(path.substring(1));
  }

  static MethodDescriptor<byte[], byte[]> of(String path) {
    return MethodDescriptor.<byte[], byte[]>newBuilder()
        .setType(MethodDescriptor.MethodType.UNARY)
        .setFullMethodName(path.substring(1))
        .setRequestMarshaller(new Bytes())
        .setResponseMarshaller(new Bytes())
        .build();
  }

  static MethodDescriptor<byte[], LogItem> stream(String path) {
    return MethodDescriptor.<byte[], LogItem>newBuilder()
        .setType(MethodDescriptor.MethodType.SERVER_STREAMING)
        .setFullMethodName(path.substring(1))
        .setRequestMarshaller(new Bytes())
        .setResponseMarshaller(ProtoUtils.marshaller(LogItem.getDefaultInstance()))
        .build();
  }

  static Answer call(
      Client client,
      MethodDescriptor<byte[], byte[]> method,
      String authorization,
      byte[] request) {
    try {
      return new Answer(
          Status.OK, ByteString.copyFrom(client.call(method, authorization, request)));
    } catch (StatusRuntimeException e) {
      return new Answer(e.getStatus(), null);
    }
  }

  /** Bytes as the message that a method answers with. */
  static Message answer(String path, byte[] bytes) {
    return parse(path, KNOWN.get(path.substring(1)).getResponseMarshaller(), bytes);
  }

  /** Bytes as the message that a method is asked with. */
  static Message request(String path, byte[] bytes) {
    return parse(path, KNOWN.get(path.substring(1)).getRequestMarshaller(), bytes);
  }

  private static Message parse(String path, MethodDescriptor.Marshaller<?> reader, byte[] bytes) {
    PrototypeMarshaller<?> marshaller = (PrototypeMarshaller<?>) reader;
    try {
      return ((Message) marshaller.getMessagePrototype()).getParserForType().parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("recorded bytes are no message of " + path, e);
    }
  }

  /** The message with texts replaced that are equal to a key, wherever they stand. */
  static Message replaceTexts(Message message, Map<String, String> texts) {
    return mapFields(
        message,
        (field, value) -> value instanceof String text ? texts.getOrDefault(text, text) : value);
  }

  /** The message without the fields of these names, however deep. */
  static Message without(Message message, List<String> names) {
    return mapFields(message, (field, value) -> names.contains(field.getName()) ? null : value);
  }

  private interface FieldChange {
    /** Null takes the field off. */
    Object apply(FieldDescriptor field, Object value);
  }

  private static Message mapFields(Message message, FieldChange change) {
    Message.Builder copy = message.newBuilderForType();
    message.getAllFields().forEach((field, value) -> setField(copy, field, value, change));
    return copy.build();
  }

  private static void setField(
      Message.Builder copy, FieldDescriptor field, Object value, FieldChange change) {
    if (field.isRepeated()) {
      for (Object element : (List<?>) value) {
        Object changed = mapValue(field, element, change);
        if (changed != null) {
          copy.addRepeatedField(field, changed);
        }
      }
      return;
    }
    Object changed = mapValue(field, value, change);
    if (changed != null) {
      copy.setField(field, changed);
    }
  }

  private static Object mapValue(FieldDescriptor field, Object value, FieldChange change) {
    Object changed = change.apply(field, value);
    boolean nested = changed instanceof Message && !field.isMapField();
    return nested ? mapFields((Message) changed, change) : changed;
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
