package io.github.chirpconnect.demo;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.api.ChirpStacks;
import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.config.ConnectionConfig;
import io.github.chirpconnect.config.SourceConfig;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.simulator.SimulatedServer;
import io.github.chirpconnect.simulator.Simulator;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.kafka.common.config.ConfigException;

/** The ChirpStack that the demonstration reads from. */
interface Server extends AutoCloseable {
  Duration PATIENCE = Duration.ofSeconds(15);

  /** One line for people. */
  String introduction();

  /** As {@code chirpstack.url} takes it. */
  String url();

  String token();

  /**
   * Asks it whether it is there and takes the key: cheaper now than after all else was started.
   *
   * @throws DemoFailure when it is not, or does not
   */
  default void check() {
    ask(ChirpStack::probe);
  }

  /**
   * Whether nothing waits in a device's queue: then the downlink that is queued next is the next to
   * be sent.
   *
   * @throws DemoFailure when the server does not tell
   */
  default boolean isQueueEmpty(String devEui) {
    return ask(chirpStack -> chirpStack.queue(Target.device(devEui))).isEmpty();
  }

  private <T> T ask(Function<ChirpStack, CompletionStage<T>> question) {
    SourceConfig config =
        new SourceConfig(Map.of(ConnectionConfig.URL, url(), ConnectionConfig.TOKEN, token()));
    try (ChirpStack chirpStack = ChirpStacks.connect(config.connection())) {
      return question
          .apply(chirpStack)
          .toCompletableFuture()
          .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      boolean isAway = e.getCause() instanceof ApiException failure && failure.kind().retriable();
      throw new DemoFailure(
          url() + ": " + e.getCause().getMessage() + (isAway ? found(config) : ""), e);
    } catch (TimeoutException e) {
      throw new DemoFailure(
          url() + " does not answer within " + PATIENCE.toSeconds() + " s" + found(config), e);
    } catch (ConfigException e) {
      throw new DemoFailure(e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DemoFailure("Interrupted while asking " + url(), e);
    }
  }

  /** What is wrong at its address, as far as it shows. */
  private static String found(SourceConfig config) {
    return ChirpStacks.look(config.connection())
        .toCompletableFuture()
        .join()
        .map(finding -> "; " + finding.sentence())
        .orElse("");
  }

  /** Something happens on it from now on. */
  void live();

  @Override
  void close();

  static Server of(Options options) {
    return options.url().isPresent()
        ? new Own(options.url().get(), options.token().orElseThrow())
        : new Simulated(options.server());
  }

  /** The user's own: what happens there is not ours to make. */
  record Own(String url, String token) implements Server {
    @Override
    public String introduction() {
      return "your server at " + url;
    }

    @Override
    public void live() {}

    @Override
    public void close() {}
  }

  /**
   * Devices that join, report, and take downlinks. Few and slow ones on v3, whose streams are few.
   */
  final class Simulated implements Server {
    private final Simulator simulator;
    private final double uplinksPerSecond;

    Simulated(SimulatedServer server) {
      boolean few = server.generation() == Generation.V3;
      simulator = server.builder().devicesPerApplication(few ? 3 : 12).start();
      uplinksPerSecond = few ? 1.5 : 4;
    }

    @Override
    public String introduction() {
      return "simulated %s over %s, a network of %d devices, at %s"
          .formatted(
              simulator.generation(),
              simulator.transport() == Simulator.Transport.REST ? "REST" : "gRPC",
              simulator.network().devEuis().size(),
              url());
    }

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
      simulator.living().start(uplinksPerSecond);
    }

    @Override
    public void close() {
      simulator.close();
    }
  }
}
