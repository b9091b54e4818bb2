package io.github.chirpconnect.channel.token;

import static io.github.chirpconnect.channel.LoopbackServer.TOKEN;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.channel.CapturedLog;
import io.github.chirpconnect.channel.LoopbackServer;
import io.grpc.Attributes;
import io.grpc.CallCredentials.MetadataApplier;
import io.grpc.CallCredentials.RequestInfo;
import io.grpc.CallOptions;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.SecurityLevel;
import io.grpc.Status;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.config.types.Password;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.Test;

class TokenCredentialsTest {
  private final TokenSource key = new FixedToken(new Password(TOKEN));
  private final Applied applied = new Applied();

  @Test
  void sendsTheKeyAsBearer() throws Exception {
    apply(
        new TokenCredentials(key, Runnable::run), SecurityLevel.PRIVACY_AND_INTEGRITY, "192.0.2.1");
    assertThat(applied.headers.get(authorization())).isEqualTo("Bearer " + TOKEN);
  }

  @Test
  void failsTheCallWithTheReasonThatThereIsNoKey() throws Exception {
    TokenUnavailableException reason = new TokenUnavailableException("the file is gone", null);
    apply(
        new TokenCredentials(new Missing(reason), Runnable::run), SecurityLevel.NONE, "127.0.0.1");
    assertThat(applied.failure.getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(applied.failure.getDescription()).isEqualTo("the file is gone");
    assertThat(applied.failure.getCause()).isSameAs(reason);
    assertThat(applied.headers).isNull();
  }

  @Test
  void warnsOnceThatTheKeyGoesOutInClear() throws Exception {
    TokenCredentials credentials = new TokenCredentials(key, Runnable::run);
    try (CapturedLog log = new CapturedLog(Level.WARN)) {
      apply(credentials, SecurityLevel.NONE, "192.0.2.1");
      apply(credentials, SecurityLevel.NONE, "192.0.2.1");
      assertThat(warnings(log))
          .singleElement()
          .asString()
          .startsWith("WARN")
          .contains("in clear", "chirpstack.example:8080", "grpcs://", "chirpstack.url")
          .doesNotContain(TOKEN);
    }
  }

  @Test
  void saysNothingOnLoopbackOrWithTls() throws Exception {
    try (CapturedLog log = new CapturedLog(Level.WARN)) {
      apply(new TokenCredentials(key, Runnable::run), SecurityLevel.NONE, "127.0.0.1");
      apply(new TokenCredentials(key, Runnable::run), SecurityLevel.NONE, "::1");
      apply(
          new TokenCredentials(key, Runnable::run),
          SecurityLevel.PRIVACY_AND_INTEGRITY,
          "192.0.2.1");
      assertThat(warnings(log)).isEmpty();
    }
  }

  /** The call's own executor may be the network thread. */
  @Test
  void readsAKeyFromAFileWhereThatMayBlock() throws Exception {
    List<Runnable> blocking = new ArrayList<>();
    TokenCredentials credentials = new TokenCredentials(new NotAtHand(key), blocking::add);

    apply(credentials, SecurityLevel.PRIVACY_AND_INTEGRITY, "192.0.2.1");
    assertThat(applied.headers).isNull();

    blocking.forEach(Runnable::run);
    assertThat(applied.headers.get(authorization())).isEqualTo("Bearer " + TOKEN);
  }

  @Test
  void showsNothing() {
    Object credentials = new TokenCredentials(key, Runnable::run);

    assertThat(key + " " + credentials).doesNotContain(TOKEN);
  }

  private static List<String> warnings(CapturedLog log) {
    return log.lines().stream()
        .filter(line -> line.contains(TokenCredentials.class.getName()))
        .toList();
  }

  private void apply(TokenCredentials credentials, SecurityLevel level, String peer)
      throws UnknownHostException {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(peer), 8080);
    credentials.applyRequestMetadata(
        new RequestInfo() {
          @Override
          public MethodDescriptor<?, ?> getMethodDescriptor() {
            return LoopbackServer.ECHO;
          }

          @Override
          public CallOptions getCallOptions() {
            return CallOptions.DEFAULT;
          }

          @Override
          public SecurityLevel getSecurityLevel() {
            return level;
          }

          @Override
          public String getAuthority() {
            return "chirpstack.example:8080";
          }

          @Override
          public Attributes getTransportAttrs() {
            return Attributes.newBuilder().set(Grpc.TRANSPORT_ATTR_REMOTE_ADDR, address).build();
          }
        },
        Runnable::run,
        applied);
  }

  private static Metadata.Key<String> authorization() {
    return Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  }

  private static final class Applied extends MetadataApplier {
    private Metadata headers;
    private Status failure;

    @Override
    public void apply(Metadata headers) {
      this.headers = headers;
    }

    @Override
    public void fail(Status status) {
      failure = status;
    }
  }

  private record Missing(TokenUnavailableException reason) implements TokenSource {
    @Override
    public String token() throws TokenUnavailableException {
      throw reason;
    }

    @Override
    public boolean immediate() {
      return false;
    }

    @Override
    public void refused() {}

    @Override
    public boolean fromFile() {
      return true;
    }
  }

  /** One that has to be read first. */
  private record NotAtHand(TokenSource key) implements TokenSource {
    @Override
    public String token() throws TokenUnavailableException {
      return key.token();
    }

    @Override
    public boolean immediate() {
      return false;
    }

    @Override
    public void refused() {}

    @Override
    public boolean fromFile() {
      return true;
    }
  }
}
