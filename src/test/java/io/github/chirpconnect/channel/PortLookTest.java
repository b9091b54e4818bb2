package io.github.chirpconnect.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.config.Endpoint;
import java.io.IOException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every call that fails waits for a look, so each has to end. */
@Timeout(60)
class PortLookTest {
  private static final Endpoint ENDPOINT = Endpoint.parse("grpc://127.0.0.1:1");

  private final ProxySelector before = ProxySelector.getDefault();
  private final CountDownLatch end = new CountDownLatch(1);

  @AfterEach
  void restore() {
    ProxySelector.setDefault(before);
    end.countDown();
  }

  @Test
  void aLookThatBreaksFindsNothing() throws Exception {
    selecting(
        () -> {
          throw new NoClassDefFoundError("a class that could not be initialized");
        });

    assertThat(look(new PortLook(ENDPOINT, 10, 60_000, () -> 0))).isEmpty();
  }

  @Test
  void aLookThatDoesNotEndFindsNothing() throws Exception {
    selecting(
        () -> {
          try {
            end.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });

    assertThat(look(new PortLook(ENDPOINT, 10, 10, () -> 0))).isEmpty();
  }

  /** Not join(), which a timeout does not end. */
  private static Optional<PortLook.Finding> look(PortLook port) throws Exception {
    return port.look().toCompletableFuture().get();
  }

  private static void selecting(Runnable selection) {
    ProxySelector.setDefault(
        new ProxySelector() {
          @Override
          public List<Proxy> select(URI uri) {
            selection.run();
            return List.of(Proxy.NO_PROXY);
          }

          @Override
          public void connectFailed(URI uri, SocketAddress address, IOException failure) {}
        });
  }
}
