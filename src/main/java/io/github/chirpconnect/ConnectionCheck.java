package io.github.chirpconnect;

import io.github.chirpconnect.api.Absent;
import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.api.ChirpStacks;
import io.github.chirpconnect.api.Device;
import io.github.chirpconnect.api.DeviceWalk;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Generation;
import io.github.chirpconnect.api.Scope;
import io.github.chirpconnect.config.ConfigChecks;
import io.github.chirpconnect.config.ConnectionConfig;
import io.github.chirpconnect.config.Endpoint;
import io.github.chirpconnect.config.SourceConfig;
import io.github.chirpconnect.context.LogContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the server, while a configuration is validated, whether it would work: once, without side
 * effects, within {@link #LIMIT}. What is wrong is an error on the key that has to change. A server
 * that is away is none, since a task would start all the same and nobody could change a connector
 * during an outage.
 */
final class ConnectionCheck {
  static final Duration LIMIT = Duration.ofSeconds(5);

  /**
   * What a connector will read.
   *
   * @param streams whether devices' events or frames, too
   */
  record Reading(Scope scope, boolean streams) {}

  private static final Logger LOG = LoggerFactory.getLogger(ConnectionCheck.class);

  private final Function<ConnectionConfig, ChirpStack> connect;

  ConnectionCheck() {
    this(ChirpStacks::connect);
  }

  ConnectionCheck(Function<ConnectionConfig, ChirpStack> connect) {
    this.connect = connect;
  }

  /**
   * @param reading what will be read, for a connector that reads; empty for one that writes. A key
   *     may be good and yet not for this
   */
  void check(Config config, ConnectionConfig connection, Optional<Reading> reading) {
    try (ChirpStack server = connect.apply(connection)) {
      long deadline = System.nanoTime() + LIMIT.toNanos();
      await(
          (reading.isPresent() ? server.probe() : server.probeWriting()).toCompletableFuture(),
          deadline);
      if (reading.isPresent()) {
        for (Absent absent : await(firstPage(server, reading.get().scope()), deadline)) {
          ConfigChecks.error(config, idsOf(absent), absent.reason());
        }
        if (reading.get().streams()
            && server.generation() == Generation.V4
            && connection.endpoint().transport() == Endpoint.Transport.REST) {
          ConfigChecks.error(config, SourceConfig.FEEDS, Endpoint.NO_STREAMS_ON_V4);
        }
      }
    } catch (ConfigException e) {
      ConfigChecks.error(config, keyNamedIn(e), e.getMessage());
    } catch (ApiException e) {
      report(config, connection, reading, e);
    } catch (TimeoutException e) {
      LOG.warn(
          "{} did not answer within {} s while the configuration was validated",
          connection.endpoint(),
          LIMIT.toSeconds());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void report(
      Config config, ConnectionConfig connection, Optional<Reading> reading, ApiException e) {
    String tokenKey =
        connection.tokenFile().isPresent() ? ConnectionConfig.TOKEN_FILE : ConnectionConfig.TOKEN;
    switch (e.kind()) {
      case TOKEN_REFUSED ->
          ConfigChecks.error(
              config,
              tokenKey,
              "is not accepted by " + connection.endpoint() + ": " + e.getMessage());
      case WRONG_SERVER -> ConfigChecks.error(config, ConnectionConfig.URL, e.getMessage());
      case READ_ONLY -> ConfigChecks.error(config, tokenKey, e.getMessage());
      case NOT_PERMITTED, BAD_REQUEST ->
          ConfigChecks.error(config, idsThatName(reading, e), e.getMessage());
      case TRANSIENT, IN_DOUBT, GIVEN_UP, BUSY ->
          LOG.warn(
              "{} could not be asked while the configuration was validated: {}",
              connection.endpoint(),
              e.getMessage());
    }
  }

  /** An application that was named is looked for by that name; all else goes by tenants. */
  private static String idsThatName(Optional<Reading> reading, ApiException e) {
    boolean application =
        reading.isPresent()
            && reading.get().scope().applicationIds().stream()
                .anyMatch(id -> e.getMessage().contains("application " + id));
    return application ? ConnectionConfig.APPLICATION_IDS : ConnectionConfig.TENANT_IDS;
  }

  private static String idsOf(Absent absent) {
    return switch (absent.kind()) {
      case TENANT -> ConnectionConfig.TENANT_IDS;
      case APPLICATION -> ConnectionConfig.APPLICATION_IDS;
    };
  }

  /**
   * Reads the first page on a thread of its own: {@link ChirpStack#devices} blocks, and this must
   * not beyond its limit. All that the scope names was looked up by then; completes with what of it
   * is not there.
   */
  private static CompletableFuture<List<Absent>> firstPage(ChirpStack server, Scope scope) {
    CompletableFuture<List<Absent>> seen = new CompletableFuture<>();
    List<Absent> absences = new ArrayList<>();
    DeviceWalk walk =
        new DeviceWalk() {
          @Override
          public void page(List<Device> devices) {
            throw new EnoughException();
          }

          @Override
          public void absent(Absent absent) {
            absences.add(absent);
          }
        };
    Thread reader =
        LogContext.threads("chirpstack-validate")
            .newThread(
                () -> {
                  try {
                    server.devices(scope, walk);
                    seen.complete(absences);
                  } catch (EnoughException e) {
                    seen.complete(absences);
                  } catch (InterruptedException | RuntimeException e) {
                    seen.completeExceptionally(e);
                  }
                });
    reader.start();
    return seen;
  }

  private static <T> T await(CompletableFuture<T> answer, long deadline)
      throws InterruptedException, TimeoutException {
    try {
      return answer.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      Throwable cause =
          e.getCause() instanceof CompletionException wrapped ? wrapped.getCause() : e.getCause();
      throw cause instanceof ApiException failure
          ? failure
          : new ApiException(FailureKind.TRANSIENT, String.valueOf(cause.getMessage()), cause);
    }
  }

  private static String keyNamedIn(ConfigException e) {
    String message = String.valueOf(e.getMessage());
    int start = message.indexOf("chirpstack.");
    if (start < 0) {
      return ConnectionConfig.URL;
    }
    int end = start;
    while (end < message.length()
        && (Character.isLetterOrDigit(message.charAt(end)) || message.charAt(end) == '.')) {
      end++;
    }
    String key = message.substring(start, end);
    return key.endsWith(".") ? key.substring(0, key.length() - 1) : key;
  }

  /** One page is enough to know that the key may read. */
  private static final class EnoughException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EnoughException() {
      super("enough", null, false, false);
    }
  }
}
