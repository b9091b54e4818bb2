package io.github.chirpconnect;

import io.github.chirpconnect.api.Absent;
import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.api.ChirpStacks;
import io.github.chirpconnect.api.Entity;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Finding;
import io.github.chirpconnect.api.InventoryWalk;
import io.github.chirpconnect.api.Scope;
import io.github.chirpconnect.api.Subject;
import io.github.chirpconnect.common.StageFailure;
import io.github.chirpconnect.config.ConfigChecks;
import io.github.chirpconnect.config.ConnectionConfig;
import io.github.chirpconnect.config.KeyedConfigException;
import io.github.chirpconnect.config.SourceConfig;
import io.github.chirpconnect.context.LogContext;
import io.github.chirpconnect.feed.Feed;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.SslConfigs;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks a configuration against the server during validation: once, without side effects, within
 * {@link #LIMIT}. A fault is an error on the key that has to change. An unreachable server is not
 * an error, since tasks start without it, and a connector must be changeable during an outage. But
 * another service at the address is an error, and so is an address that only another setting can
 * correct.
 */
final class ConnectionCheck {
  static final Duration LIMIT = Duration.ofSeconds(5);

  /** What a connector will read. */
  record ReadScope(Scope scope, Set<Feed> feeds) {
    /** The inventory feeds, and those whose entities have the logs that are read. */
    private Set<Feed> walked() {
      Set<Feed> walked = EnumSet.noneOf(Feed.class);
      for (Feed feed : feeds) {
        walked.add(feed.owner().orElse(feed));
      }
      return walked;
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(ConnectionCheck.class);

  private static final String GO_ON =
      "; if it is only so at the moment, set "
          + ConnectionConfig.VALIDATE_CONNECTION
          + "=false to go on";

  private final Function<ConnectionConfig, ChirpStack> connect;
  private final Function<ConnectionConfig, CompletionStage<Optional<Finding>>> look;

  ConnectionCheck() {
    this(ChirpStacks::connect, ChirpStacks::look);
  }

  /**
   * @param look finds out what is wrong at an address that does not answer
   */
  ConnectionCheck(
      Function<ConnectionConfig, ChirpStack> connect,
      Function<ConnectionConfig, CompletionStage<Optional<Finding>>> look) {
    this.connect = connect;
    this.look = look;
  }

  /**
   * @param reading what a source will read; empty for a sink. A valid key may still not be allowed
   *     to read it
   */
  void check(Config config, ConnectionConfig connection, Optional<ReadScope> reading) {
    try (ChirpStack server = connect.apply(connection)) {
      long deadline = System.nanoTime() + LIMIT.toNanos();
      await(
          (reading.isPresent() ? server.probe() : server.probeWriting()).toCompletableFuture(),
          deadline);
      if (reading.isPresent()) {
        for (Absent absent : await(firstPages(server, reading.get()), deadline)) {
          ConfigChecks.error(config, keyOf(absent.subject(), connection, reading), absent.reason());
        }
        ConfigChecks.missing(
                reading.get().feeds(), server.generation(), connection.endpoint().transport())
            .ifPresent(sentence -> ConfigChecks.error(config, SourceConfig.FEEDS, sentence));
      }
    } catch (KeyedConfigException e) {
      ConfigChecks.error(config, e.key(), e.getMessage());
    } catch (ConfigException e) {
      ConfigChecks.error(config, ConnectionConfig.URL, e.getMessage());
    } catch (ApiException e) {
      report(config, connection, reading, e);
    } catch (TimeoutException e) {
      away(config, connection, "did not answer within " + LIMIT.toSeconds() + " s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void report(
      Config config, ConnectionConfig connection, Optional<ReadScope> reading, ApiException e) {
    switch (e.kind()) {
      case TOKEN_REFUSED ->
          ConfigChecks.error(
              config,
              tokenKey(connection),
              "is not accepted by " + connection.endpoint() + ": " + e.getMessage());
      case READ_ONLY -> ConfigChecks.error(config, tokenKey(connection), e.getMessage());
      case WRONG_SERVER, UNUSABLE_SERVER, NOT_PERMITTED, BAD_REQUEST ->
          ConfigChecks.error(config, keyOf(e.subject(), connection, reading), e.getMessage());
      case TRANSIENT, IN_DOUBT, CODEC_TIMEOUT, BUSY -> {
        if (e.subject().type() == Subject.Type.PROXY) {
          ConfigChecks.error(config, ConnectionConfig.URL, e.getMessage() + GO_ON);
        } else {
          away(config, connection, "could not be asked: " + e.getMessage());
        }
      }
    }
  }

  /**
   * The server does not answer. That is an error only if a look at the address shows that waiting
   * would not help.
   */
  private void away(Config config, ConnectionConfig connection, String what) {
    Optional<Finding> found = look.apply(connection).toCompletableFuture().join();
    if (found.isPresent() && found.get().certain()) {
      ConfigChecks.error(config, ConnectionConfig.URL, found.get().sentence() + GO_ON);
    } else {
      LOG.warn(
          "While the configuration was validated, {} {}{}",
          connection.endpoint(),
          what,
          found.map(finding -> "; " + finding.sentence()).orElse(""));
    }
  }

  private static String tokenKey(ConnectionConfig connection) {
    return connection.tokenFile().isPresent()
        ? ConnectionConfig.TOKEN_FILE
        : ConnectionConfig.TOKEN;
  }

  /** The key that has to change. */
  private static String keyOf(
      Subject subject, ConnectionConfig connection, Optional<ReadScope> reading) {
    return switch (subject.type()) {
      case SERVER, PROXY, SERVER_CERTIFICATE -> ConnectionConfig.URL;
      case CLIENT_CERTIFICATE ->
          ConnectionConfig.SSL_PREFIX + SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG;
      case GENERATION ->
          connection.apiVersion().equals(ConnectionConfig.API_VERSION_AUTO)
              ? ConnectionConfig.URL
              : ConnectionConfig.API_VERSION;
      case TOKEN -> tokenKey(connection);
      case FEED -> SourceConfig.FEEDS;
      // Named applications are looked up by their ids; everything else goes by tenants.
      case APPLICATION ->
          reading.isPresent() && reading.get().scope().applicationIds().contains(subject.id())
              ? ConnectionConfig.APPLICATION_IDS
              : ConnectionConfig.TENANT_IDS;
      case TENANT, DEVICE, GATEWAY, OTHER -> ConnectionConfig.TENANT_IDS;
    };
  }

  /**
   * Reads the first page of each feed on its own thread, since {@link ChirpStack#inventory} blocks
   * and this check must not exceed its limit. By then the server has looked up all that the scope
   * names; completes with the ids that do not exist.
   */
  private static CompletableFuture<Set<Absent>> firstPages(ChirpStack server, ReadScope reading) {
    CompletableFuture<Set<Absent>> seen = new CompletableFuture<>();
    Set<Absent> absences = new LinkedHashSet<>();
    Thread reader =
        LogContext.threads("chirpstack-validate")
            .newThread(
                () -> {
                  try {
                    for (Feed feed : reading.walked()) {
                      firstPage(server, reading.scope(), feed, absences);
                    }
                    seen.complete(absences);
                  } catch (InterruptedException | RuntimeException e) {
                    seen.completeExceptionally(e);
                  }
                });
    reader.start();
    return seen;
  }

  private static void firstPage(ChirpStack server, Scope scope, Feed feed, Set<Absent> absences)
      throws InterruptedException {
    InventoryWalk walk =
        new InventoryWalk() {
          @Override
          public void page(List<Entity> entities) {
            throw new EnoughException();
          }

          @Override
          public void absent(Absent absent) {
            absences.add(absent);
          }
        };
    try {
      server.inventory(scope, EnumSet.of(feed), walk);
    } catch (EnoughException e) {
      LOG.debug("The key may read {}", feed);
    }
  }

  private static <T> T await(CompletableFuture<T> answer, long deadline)
      throws InterruptedException, TimeoutException {
    try {
      return answer.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      Throwable cause = StageFailure.cause(e.getCause());
      throw cause instanceof ApiException failure
          ? failure
          : new ApiException(FailureKind.TRANSIENT, String.valueOf(cause.getMessage()), cause);
    }
  }

  /** Ends the walk: one page shows that the key may read. */
  private static final class EnoughException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EnoughException() {
      super("enough", null, false, false);
    }
  }
}
