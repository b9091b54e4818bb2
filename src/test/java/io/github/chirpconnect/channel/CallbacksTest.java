package io.github.chirpconnect.channel;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.MoreExecutors;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.MethodDescriptor;
import org.junit.jupiter.api.Test;

class CallbacksTest {
  private CallOptions made;

  @Test
  void anAnswerIsHandedOnAtOnceOnlyWhereTheCallSaysSo() {
    call(CallOptions.DEFAULT);
    assertThat(made.getExecutor()).isNull();

    call(CallOptions.DEFAULT.withOption(Callbacks.AT_ONCE, true));
    assertThat(made.getExecutor()).isSameAs(MoreExecutors.directExecutor());
  }

  private void call(CallOptions options) {
    Channel noted =
        new Channel() {
          @Override
          public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions given) {
            made = given;
            return null; // nobody starts it
          }

          @Override
          public String authority() {
            return "chirpstack.example";
          }
        };
    Callbacks.interceptor().interceptCall(LoopbackServer.ECHO, options, noted);
  }
}
