package io.github.chirpconnect.api;

import static io.github.chirpconnect.api.FailureKind.TRANSIENT;
import static io.github.chirpconnect.api.FailureKind.WRONG_SERVER;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.common.StageFailure;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Generation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A server as a task sees it. If something else answers where ChirpStack answered before, that is
 * an outage: a proxy is being reconfigured, a certificate renewed. If ChirpStack has never answered
 * since the task started, it is an outage during a grace period, and after that the wrong server.
 * While the server has never been reached at all, failures say what was found at its address.
 *
 * <p>Safe for use by many threads.
 */
final class PatientChirpStack implements ChirpStack {
  private final ChirpStack server;
  private final Duration grace;
  private final Predicate<Subject> renewed;
  private final Supplier<CompletionStage<Optional<String>>> finding;
  private final LongSupplier nanoTime;
  private volatile boolean answered;

  /** When something else answered for the first time; null before that. Guarded by this. */
  private Long strangeSince;

  /**
   * @param grace how long to wait for a ChirpStack that has never answered
   * @param renewed tells which failures can be corrected while the task runs; these are waited for
   *     without limit
   * @param finding looks for the reason why the server is not reached
   * @param nanoTime as System.nanoTime
   */
  PatientChirpStack(
      ChirpStack server,
      Duration grace,
      Predicate<Subject> renewed,
      Supplier<CompletionStage<Optional<String>>> finding,
      LongSupplier nanoTime) {
    this.server = server;
    this.grace = grace;
    this.renewed = renewed;
    this.finding = finding;
    this.nanoTime = nanoTime;
  }

  private <A> CompletionStage<A> call(Supplier<CompletionStage<A>> call) {
    CompletionStage<A> stage = call.get();
    CompletableFuture<A> result = new CompletableFuture<>();
    stage.whenComplete(
        (answer, e) -> {
          if (e == null) {
            answered = true;
            result.complete(answer);
          } else if (StageFailure.cause(e) instanceof ApiException failure) {
            explained(failure)
                .whenComplete(
                    (meaning, bug) -> result.completeExceptionally(bug == null ? meaning : bug));
          } else {
            result.completeExceptionally(StageFailure.cause(e));
          }
        });
    result.whenComplete(
        (answer, e) -> {
          if (result.isCancelled() && stage instanceof CompletableFuture<?> future) {
            future.cancel(true);
          }
        });
    return result;
  }

  /** The failure as a task should see it, with what was found at the server's address. */
  private CompletionStage<ApiException> explained(ApiException failure) {
    ApiException meaning = meaning(failure);
    if (answered || meaning.kind() != TRANSIENT || meaning.subject().type() == Subject.Type.PROXY) {
      return CompletableFuture.completedFuture(meaning);
    }
    return finding
        .get()
        .handle(
            (found, e) ->
                e != null || found.isEmpty()
                    ? never(meaning, "")
                    : never(meaning, "; " + found.get()));
  }

  private static ApiException never(ApiException meaning, String found) {
    return new ApiException(
        meaning.kind(),
        meaning.subject(),
        meaning.getMessage() + "; not reached since the task started" + found,
        meaning);
  }

  /** The failure as a task should see it. */
  private ApiException meaning(ApiException failure) {
    switch (failure.kind()) {
      case BAD_REQUEST, NOT_PERMITTED, CODEC_TIMEOUT, READ_ONLY -> answered = true;
      case WRONG_SERVER -> {
        return ofStranger(failure);
      }
      case TRANSIENT, IN_DOUBT, BUSY, TOKEN_REFUSED, UNUSABLE_SERVER -> {
        // These do not show who answered, or the adapter has judged already.
      }
    }
    return failure;
  }

  private ApiException ofStranger(ApiException failure) {
    if (answered) {
      return outage(
          failure, "ChirpStack has answered there before, so this is taken for an outage");
    }
    if (renewed.test(failure.subject())) {
      return outage(failure, "the task waits for the files to be renewed");
    }
    long now = nanoTime.getAsLong();
    long since;
    synchronized (this) {
      if (strangeSince == null) {
        strangeSince = now;
      }
      since = strangeSince;
    }
    return now - since < grace.toNanos()
        ? outage(
            failure,
            "ChirpStack has not answered there since the task started, which fails after "
                + grace.toSeconds()
                + " s of it")
        : failure;
  }

  private static ApiException outage(ApiException failure, String why) {
    return new ApiException(
        TRANSIENT,
        Subject.of(Subject.Type.PROXY),
        failure.getMessage() + " (" + why + ")",
        failure);
  }

  @Override
  public Generation generation() {
    return server.generation();
  }

  @Override
  public void inventory(Scope scope, Set<Feed> kinds, InventoryWalk walk)
      throws InterruptedException {
    try {
      server.inventory(scope, kinds, walk);
      answered = true;
    } catch (ApiException e) {
      throw await(explained(e));
    }
  }

  private static ApiException await(CompletionStage<ApiException> stage)
      throws InterruptedException {
    try {
      return stage.toCompletableFuture().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  @Override
  public LogStream open(LogKind log, String devEui, LogListener listener) {
    return server.open(
        log,
        devEui,
        new LogListener() {
          @Override
          public void onOpen() {
            listener.onOpen();
          }

          @Override
          public void onAnswer() {
            listener.onAnswer();
          }

          @Override
          public void onEntry(LogEntry entry) {
            answered = true;
            listener.onEntry(entry);
          }

          @Override
          public void onEnd(ApiException reason) {
            listener.onEnd(meaning(reason));
          }
        });
  }

  @Override
  public CompletionStage<Receipt> enqueue(Downlink downlink) {
    return call(() -> server.enqueue(downlink));
  }

  @Override
  public CompletionStage<Void> flush(Target target) {
    return call(() -> server.flush(target));
  }

  @Override
  public CompletionStage<List<QueuedDownlink>> queue(Target target) {
    return call(() -> server.queue(target));
  }

  @Override
  public CompletionStage<Long> frameCounter(String multicastGroupId) {
    return call(() -> server.frameCounter(multicastGroupId));
  }

  @Override
  public CompletionStage<List<ObjectNode>> queueItems(String devEui) {
    return call(() -> server.queueItems(devEui));
  }

  @Override
  public CompletionStage<List<MetricPoint>> metrics(
      Feed feed, String id, Instant start, Instant end, Aggregation aggregation) {
    return call(() -> server.metrics(feed, id, start, end, aggregation));
  }

  @Override
  public CompletionStage<DeviceState> state(String devEui) {
    return call(() -> server.state(devEui));
  }

  @Override
  public CompletionStage<Optional<List<SeenDevice>>> lastSeen(
      String applicationId, int limit, int offset) {
    return call(() -> server.lastSeen(applicationId, limit, offset));
  }

  @Override
  public CompletionStage<Optional<Duration>> uplinkInterval(String profileId) {
    return call(() -> server.uplinkInterval(profileId));
  }

  @Override
  public CompletionStage<Boolean> supports(Feature feature) {
    return call(() -> server.supports(feature));
  }

  @Override
  public CompletionStage<Void> probe() {
    return call(server::probe);
  }

  @Override
  public CompletionStage<Void> probeWriting() {
    return call(server::probeWriting);
  }

  @Override
  public void close() {
    server.close();
  }
}
