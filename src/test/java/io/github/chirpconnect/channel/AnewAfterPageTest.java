package io.github.chirpconnect.channel;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Empty;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.protobuf.ProtoUtils;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnewAfterPageTest {
  private static final MethodDescriptor<Empty, Empty> METHOD =
      MethodDescriptor.<Empty, Empty>newBuilder()
          .setType(MethodType.UNARY)
          .setFullMethodName("api.Service/Get")
          .setRequestMarshaller(ProtoUtils.marshaller(Empty.getDefaultInstance()))
          .setResponseMarshaller(ProtoUtils.marshaller(Empty.getDefaultInstance()))
          .build();

  /** What became of a call: of the connection, and then what its caller heard. */
  private final List<String> happened = new ArrayList<>();

  /** nginx answers so while it does not accept the certificate that the connection began with. */
  @Test
  void aPageLeavesTheConnectionBeforeTheCallerHearsOfIt() {
    end(Status.INTERNAL.withDescription("HTTP status code 400\ninvalid content-type: text/html"));
    assertThat(happened).containsExactly("left", "INTERNAL");
  }

  @Test
  void whatChirpStackSaysLeavesItAlone() {
    end(Status.OK);
    end(Status.NOT_FOUND.withDescription("Object does not exist"));
    end(Status.UNAVAILABLE.withDescription("io exception"));
    end(Status.INTERNAL.withDescription("the codec says: HTTP status code 400"));
    assertThat(happened).containsExactly("OK", "NOT_FOUND", "UNAVAILABLE", "INTERNAL");
  }

  private void end(Status status) {
    new AnewAfterPage(() -> happened.add("left"))
        .interceptCall(METHOD, CallOptions.DEFAULT, new Ending(status))
        .start(
            new ClientCall.Listener<>() {
              @Override
              public void onClose(Status ended, Metadata trailers) {
                happened.add(ended.getCode().name());
              }
            },
            new Metadata());
  }

  /** Each call ends as soon as it is started. */
  private static final class Ending extends Channel {
    private final Status status;

    Ending(Status status) {
      this.status = status;
    }

    @Override
    public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
      return new ClientCall<>() {
        @Override
        public void start(Listener<A> listener, Metadata headers) {
          listener.onClose(status, new Metadata());
        }

        @Override
        public void request(int messages) {}

        @Override
        public void cancel(String message, Throwable cause) {}

        @Override
        public void halfClose() {}

        @Override
        public void sendMessage(Q message) {}
      };
    }

    @Override
    public String authority() {
      return "chirpstack";
    }
  }
}
