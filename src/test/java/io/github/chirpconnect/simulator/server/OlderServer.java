package io.github.chirpconnect.simulator.server;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.grpc.ForwardingServerCall;
import io.grpc.ForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.reflection.v1.FileDescriptorResponse;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Makes a server an older one: it does not know calls that came later, ignores fields that came
 * later, and does not send them.
 */
public final class OlderServer implements ServerInterceptor {
  private final Since since;
  private final Version version;
  private final Function<String, Status> refusal;

  /**
   * @param refusal of a method that there is not
   */
  public OlderServer(Since since, Version version, Function<String, Status> refusal) {
    this.since = since;
    this.version = version;
    this.refusal = refusal;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    String method = call.getMethodDescriptor().getFullMethodName();
    if (!since.has(version, method)) {
      call.close(refusal.apply(method), new Metadata());
      return new ServerCall.Listener<>() {};
    }
    ServerCall<Q, A> older =
        new ForwardingServerCall.SimpleForwardingServerCall<>(call) {
          @Override
          public void sendMessage(A answer) {
            super.sendMessage(known(answer));
          }
        };
    return new ForwardingServerCallListener.SimpleForwardingServerCallListener<>(
        next.startCall(older, headers)) {
      @Override
      public void onMessage(Q request) {
        super.onMessage(known(request));
      }
    };
  }

  @SuppressWarnings("unchecked") // A message without some fields is of the same type.
  private <T> T known(T message) {
    return message instanceof Message whole ? (T) known(whole) : message;
  }

  private Message known(Message message) {
    if (message instanceof FileDescriptorResponse files) {
      return knownOf(files);
    }
    Message.Builder known = message.toBuilder();
    for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
      FieldDescriptor field = entry.getKey();
      if (!since.has(version, field)) {
        known.clearField(field);
      } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && !field.isMapField()) {
        Object value = entry.getValue();
        known.setField(
            field,
            value instanceof List<?> list
                ? list.stream().map(element -> known((Message) element)).toList()
                : known((Message) value));
      }
    }
    return known.build();
  }

  /** Reflection tells which fields the server has. */
  private FileDescriptorResponse knownOf(FileDescriptorResponse files) {
    FileDescriptorResponse.Builder known = FileDescriptorResponse.newBuilder();
    for (ByteString text : files.getFileDescriptorProtoList()) {
      try {
        FileDescriptorProto.Builder file = FileDescriptorProto.parseFrom(text).toBuilder();
        file.getMessageTypeBuilderList().forEach(type -> forget(file.getPackage(), type));
        known.addFileDescriptorProto(file.build().toByteString());
      } catch (InvalidProtocolBufferException e) {
        throw new IllegalStateException(e);
      }
    }
    return known.build();
  }

  private void forget(String scope, DescriptorProto.Builder type) {
    String name = scope + "." + type.getName();
    List<FieldDescriptorProto> fields =
        type.getFieldList().stream()
            .filter(field -> since.hasField(version, name + "." + field.getName()))
            .toList();
    type.clearField().addAllField(fields);
    type.getNestedTypeBuilderList().forEach(nested -> forget(name, nested));
  }
}
