package io.github.chirpconnect.api.detect;

import static io.github.chirpconnect.api.grpc.Futures.unwrapped;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.api.Aggregation;
import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.api.DeviceState;
import io.github.chirpconnect.api.Downlink;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Feature;
import io.github.chirpconnect.api.InventoryWalk;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.api.LogListener;
import io.github.chirpconnect.api.LogStream;
import io.github.chirpconnect.api.MetricPoint;
import io.github.chirpconnect.api.QueuedDownlink;
import io.github.chirpconnect.api.Receipt;
import io.github.chirpconnect.api.Scope;
import io.github.chirpconnect.api.SeenDevice;
import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.api.grpc.Connections;
import io.github.chirpconnect.api.grpc.Futures;
import io.github.chirpconnect.api.grpc.RpcFailure;
import io.github.chirpconnect.api.grpc.UnaryCalls;
import io.github.chirpconnect.common.StageFailure;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Generation;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * A server whose generation is detected at the first call and then remembered. After a lost
 * connection, or an answer that does not fit the generation, the next call detects it again:
 * another server may have taken the address. If it is of the other generation, calls are refused
 * with {@link FailureKind#UNUSABLE_SERVER} instead of being misread, as long as that server
 * answers.
 */
public final class DetectedChirpStack implements ChirpStack {
  private final Connections connections;
  private final Function<Generation, ChirpStack> adapters;
  private final GenerationProbe probe;
  private volatile ChirpStack adapter;

  /** Null when the next call has to ask; guarded by this. */
  private CompletableFuture<ChirpStack> checked;

  /**
   * @param adapters creates the adapter for a generation, over the same connections; called once
   */
  public DetectedChirpStack(Connections connections, Function<Generation, ChirpStack> adapters) {
    this.connections = connections;
    this.adapters = adapters;
    this.probe = new GenerationProbe(new UnaryCalls(connections::anonymous));
  }

  private CompletableFuture<ChirpStack> server() {
    CompletableFuture<ChirpStack> mine;
    synchronized (this) {
      if (checked != null && !checked.isCompletedExceptionally()) {
        return checked;
      }
      mine = new CompletableFuture<>();
      checked = mine;
    }
    probe
        .ask()
        .whenComplete(
            (generation, e) -> {
              try {
                if (e != null) {
                  throw e;
                }
                mine.complete(adapter(generation));
              } catch (Throwable failure) {
                mine.completeExceptionally(failure);
              }
            });
    return mine;
  }

  private synchronized ChirpStack adapter(Generation generation) {
    if (adapter == null) {
      adapter = adapters.apply(generation);
    }
    if (adapter.generation() != generation) {
      throw new ApiException(
          FailureKind.UNUSABLE_SERVER,
          "the server was a ChirpStack "
              + adapter.generation()
              + " and is a ChirpStack "
              + generation
              + " now, whose devices and logs are others; check the URL, or restart the connector's tasks to go on with it");
    }
    return adapter;
  }

  /** Checks whether the failure may mean that another server has taken the address. */
  private void noteFailure(Throwable e) {
    boolean doubtful =
        e instanceof ApiException failure
            && (failure.kind() == FailureKind.WRONG_SERVER
                || failure.kind() == FailureKind.UNUSABLE_SERVER
                || (failure.getCause() instanceof RpcFailure call
                    && call.status().getCode() == Status.Code.UNAVAILABLE));
    synchronized (this) {
      if (doubtful && checked != null && checked.isDone()) {
        checked = null;
      }
    }
  }

  private <A> CompletionStage<A> call(Function<ChirpStack, CompletionStage<A>> call) {
    return unwrapped(
        server()
            .thenCompose(call)
            .whenComplete(
                (answer, e) -> {
                  if (e != null) {
                    noteFailure(StageFailure.cause(e));
                  }
                }));
  }

  /**
   * @throws IllegalStateException before the first call was answered
   */
  @Override
  public Generation generation() {
    ChirpStack known = adapter;
    if (known == null) {
      throw new IllegalStateException("no call was answered yet");
    }
    return known.generation();
  }

  @Override
  public void inventory(Scope scope, Set<Feed> kinds, InventoryWalk walk)
      throws InterruptedException {
    // Not this future itself: an interrupted wait cancels what it waits for.
    ChirpStack server = Futures.await(unwrapped(server()));
    try {
      server.inventory(scope, kinds, walk);
    } catch (ApiException e) {
      noteFailure(e);
      throw e;
    }
  }

  @Override
  public LogStream open(LogKind log, String devEui, LogListener listener) {
    LateStream stream = new LateStream(listener, this::noteFailure);
    server()
        .whenComplete(
            (server, e) -> {
              if (e == null) {
                stream.open(server, log, devEui);
              } else {
                stream.onEnd((ApiException) StageFailure.cause(e));
              }
            });
    return stream;
  }

  @Override
  public CompletionStage<Receipt> enqueue(Downlink downlink) {
    return call(server -> server.enqueue(downlink));
  }

  @Override
  public CompletionStage<Void> flush(Target target) {
    return call(server -> server.flush(target));
  }

  @Override
  public CompletionStage<List<QueuedDownlink>> queue(Target target) {
    return call(server -> server.queue(target));
  }

  @Override
  public CompletionStage<Long> frameCounter(String multicastGroupId) {
    return call(server -> server.frameCounter(multicastGroupId));
  }

  @Override
  public CompletionStage<List<ObjectNode>> queueItems(String devEui) {
    return call(server -> server.queueItems(devEui));
  }

  @Override
  public CompletionStage<List<MetricPoint>> metrics(
      Feed feed, String id, Instant start, Instant end, Aggregation aggregation) {
    return call(server -> server.metrics(feed, id, start, end, aggregation));
  }

  @Override
  public CompletionStage<DeviceState> state(String devEui) {
    return call(server -> server.state(devEui));
  }

  @Override
  public CompletionStage<Optional<List<SeenDevice>>> lastSeen(
      String applicationId, int limit, int offset) {
    return call(server -> server.lastSeen(applicationId, limit, offset));
  }

  @Override
  public CompletionStage<Optional<Duration>> uplinkInterval(String profileId) {
    return call(server -> server.uplinkInterval(profileId));
  }

  @Override
  public CompletionStage<Boolean> supports(Feature feature) {
    return call(server -> server.supports(feature));
  }

  @Override
  public CompletionStage<Void> probe() {
    return call(ChirpStack::probe);
  }

  @Override
  public CompletionStage<Void> probeWriting() {
    return call(ChirpStack::probeWriting);
  }

  @Override
  public void close() {
    connections.close();
  }
}
