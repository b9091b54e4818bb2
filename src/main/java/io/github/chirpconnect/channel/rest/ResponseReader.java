package io.github.chirpconnect.channel.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.Status;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

/**
 * The response to a call so far: messages that were not taken yet, and the final status. Used by
 * one thread at a time.
 */
final class ResponseReader<A> {
  // Enough of an error page; an error of ChirpStack's own is shorter.
  private static final int LONGEST_ERROR = 1 << 20;

  private final MethodDescriptor<?, A> method;
  private final String server;
  private final int maxMessageBytes;
  private final Queue<A> messages = new ArrayDeque<>();

  private ResponseInfo head;
  private Lines lines;
  private Status ending;

  /**
   * @param server host and port, for messages
   */
  ResponseReader(MethodDescriptor<?, A> method, String server, int maxMessageBytes) {
    this.method = method;
    this.server = server;
    this.maxMessageBytes = maxMessageBytes;
  }

  /**
   * The status line and the headers are there.
   *
   * @return what the server says beside a good answer
   */
  Optional<Metadata> begin(ResponseInfo info) {
    head = info;
    lines = new Lines(good() ? maxMessageBytes : Math.min(maxMessageBytes, LONGEST_ERROR));
    return good() ? Optional.of(HttpHeadersMapping.read(info.headers())) : Optional.empty();
  }

  private boolean good() {
    return head.statusCode() == 200;
  }

  private boolean streaming() {
    return method.getType() == MethodType.SERVER_STREAMING;
  }

  void add(List<ByteBuffer> bytes) {
    if (ending != null) {
      return;
    }
    try {
      for (ByteBuffer part : bytes) {
        if (streaming() && good()) {
          lines.add(part).forEach(this::readLine);
        } else {
          lines.addWhole(part);
        }
      }
    } catch (Lines.TooLongException e) {
      ending = HttpStatusMapping.tooLarge(maxMessageBytes);
    }
  }

  /** One line of a stream: a message, or the error that ends it. */
  private void readLine(String line) {
    if (ending != null) {
      return;
    }
    try {
      JsonNode json = Json.read(line);
      JsonNode result = json.path("result");
      if (result.isObject()) {
        messages.add(parse(result.toString()));
        return;
      }
      Status error = HttpStatusMapping.ofError(json);
      ending = error != null ? error : unreadable(line, null);
    } catch (InvalidProtocolBufferException e) {
      ending = unreadable(line, e);
    }
  }

  /** The body is complete. */
  void complete() {
    if (ending != null) {
      return;
    }
    String rest = lines.takeOpen();
    if (!good()) {
      ending =
          HttpStatusMapping.ofAnswer(
              head.statusCode(),
              header("content-type"),
              header("location"),
              rest.getBytes(StandardCharsets.UTF_8));
    } else if (streaming()) {
      // The line of an error has no end of its own.
      if (!rest.isBlank()) {
        readLine(rest);
      }
      end(Status.OK);
    } else {
      readWhole(rest);
    }
  }

  /** The exchange broke, at any point. */
  void fail(Throwable failure) {
    end(HttpStatusMapping.ofFailure(failure, server));
  }

  private void end(Status status) {
    if (ending == null) {
      ending = status;
    }
  }

  private void readWhole(String text) {
    try {
      A message = parse(text);
      JsonNode foreign = Json.foreign((Message) message, text);
      Status error = foreign == null ? null : HttpStatusMapping.ofError(foreign);
      if (error != null) {
        ending = error;
      } else if (foreign != null) {
        ending =
            unreadable(
                text, new InvalidProtocolBufferException("it has none of the message's fields"));
      } else {
        messages.add(message);
        ending = Status.OK;
      }
    } catch (InvalidProtocolBufferException e) {
      ending = unreadable(text, e);
    }
  }

  private Status unreadable(String text, Exception cause) {
    return HttpStatusMapping.ofUnreadable(
        header("content-type"), header("content-encoding"), text, cause);
  }

  @SuppressWarnings("unchecked") // The marshaller's prototype is of the method's own type.
  private A parse(String json) throws InvalidProtocolBufferException {
    var marshaller = (PrototypeMarshaller<A>) method.getResponseMarshaller();
    return (A) Json.parse(json, ((Message) marshaller.getMessagePrototype()).newBuilderForType());
  }

  private String header(String name) {
    return head.headers().firstValue(name).orElse("");
  }

  boolean hasMessage() {
    return !messages.isEmpty();
  }

  A takeMessage() {
    return messages.remove();
  }

  /** Whether to read more bytes now. */
  boolean wantsMore() {
    return messages.isEmpty() && ending == null;
  }

  /** The final status, once every message has been taken. */
  Optional<Status> end() {
    return messages.isEmpty() ? Optional.ofNullable(ending) : Optional.empty();
  }

  /** What the server said beside an error; a good answer has that in its headers. */
  Metadata trailers() {
    return head == null || good() ? new Metadata() : HttpHeadersMapping.read(head.headers());
  }
}
