package io.github.chirpconnect.channel.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.netty.shaded.io.netty.buffer.UnpooledByteBufAllocator;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLException;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RenewedSslContextTest {
  @TempDir Path dir;
  private Path file;
  private int readings;
  private boolean usable = true;

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(dir.resolve("ca.pem"), "one");
  }

  @Test
  void readsOnceWhileNothingChanges() {
    RenewedSslContext context = new RenewedSslContext(this::read, List.of(file));
    connect(context);
    connect(context);
    assertThat(readings).isEqualTo(1);
  }

  @Test
  void readsAgainForTheNextConnectionAfterAChange() throws Exception {
    RenewedSslContext context = new RenewedSslContext(this::read, List.of(file));
    Files.writeString(file, "another");
    assertThat(readings).isEqualTo(1);
    connect(context);
    connect(context);
    assertThat(readings).isEqualTo(2);
  }

  @Test
  void keepsWhatItHasWhileTheFilesAreOfNoUse() throws Exception {
    RenewedSslContext context = new RenewedSslContext(this::read, List.of(file));
    usable = false;
    Files.delete(file);
    connect(context);
    connect(context);
    assertThat(readings).isEqualTo(3);
    usable = true;
    Files.writeString(file, "another");
    connect(context);
    connect(context);
    assertThat(readings).isEqualTo(4);
  }

  @Test
  void failsAtFirstWithFilesOfNoUse() {
    usable = false;
    assertThatThrownBy(() -> new RenewedSslContext(this::read, List.of(file)))
        .isInstanceOf(ConfigException.class);
  }

  private static void connect(SslContext context) {
    assertThat(context.newEngine(UnpooledByteBufAllocator.DEFAULT, "chirpstack.test", 443))
        .isNotNull();
  }

  private SslContext read() {
    readings++;
    if (!usable) {
      throw new ConfigException("half written");
    }
    try {
      return SslContextBuilder.forClient().sslProvider(SslProvider.JDK).build();
    } catch (SSLException e) {
      throw new IllegalStateException(e);
    }
  }
}
