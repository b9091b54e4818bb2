package io.github.chirpconnect.demo;

import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.api.ChirpStacks;
import io.github.chirpconnect.config.ConnectionConfig;
import io.github.chirpconnect.config.SourceConfig;
import io.github.chirpconnect.simulator.Simulator;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.config.ConfigException;

/** The ChirpStack that the demonstration reads from. */
interface Server extends AutoCloseable {
  Duration PATIENCE = Duration.ofSeconds(15);

  /** As {@code chirpstack.url} takes it. */
  String url();

  String token();

  /**
   * Asks it whether it is there and takes the key: cheaper now than after all else was started.
   *
   * @throws DemoFailure when it is not, or does not
   */
  default void check() {
    SourceConfig config =
        new SourceConfig(Map.of(ConnectionConfig.URL, url(), ConnectionConfig.TOKEN, token()));
    try (ChirpStack chirpStack = ChirpStacks.connect(config.connection())) {
      chirpStack.probe().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new DemoFailure(url() + ": " + e.getCause().getMessage(), e);
    } catch (TimeoutException e) {
      throw new DemoFailure(url() + " does not answer within " + PATIENCE.toSeconds() + " s.", e);
    } catch (ConfigException e) {
      throw new DemoFailure(e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DemoFailure("Interrupted while asking " + url(), e);
    }
  }

  /** Something happens on it from now on. */
  void live();

  @Override
  void close();

  static Server of(Options options) {
    return options.url().isPresent()
        ? new Own(options.url().get(), options.token().orElseThrow())
        : new Simulated();
  }

  /** The user's own: what happens there is not ours to make. */
  record Own(String url, String token) implements Server {
    @Override
    public void live() {}

    @Override
    public void close() {}
  }

  /** Dozens of devices that join, report, and take downlinks. */
  final class Simulated implements Server {
    /** Each of the devices reports about every twelve seconds. */
    private static final double UPLINKS_PER_SECOND = 4;

    private final Simulator simulator = Simulator.builder().start();

    @Override
    public String url() {
      return simulator.url();
    }

    @Override
    public String token() {
      return simulator.adminKey();
    }

    @Override
    public void live() {
      simulator.living().start(UPLINKS_PER_SECOND);
    }

    @Override
    public void close() {
      simulator.close();
    }
  }
}
