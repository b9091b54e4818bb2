package io.github.chirpconnect.sink;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.api.DeviceState;
import io.github.chirpconnect.api.DeviceWalk;
import io.github.chirpconnect.api.Downlink;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Feature;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.api.LogListener;
import io.github.chirpconnect.api.LogStream;
import io.github.chirpconnect.api.QueuedDownlink;
import io.github.chirpconnect.api.Receipt;
import io.github.chirpconnect.api.Scope;
import io.github.chirpconnect.feed.Generation;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A server with device queues. Enqueue and flush calls wait until the test answers them, unless it
 * answers at once; all other calls are answered at once.
 */
final class FakeChirpStack implements ChirpStack {

  /** A call that waits for its answer. */
  final class Enqueue {
    final Downlink downlink;
    final CompletableFuture<Receipt> answer = new CompletableFuture<>();

    private Enqueue(Downlink downlink) {
      this.downlink = downlink;
    }

    /** Queues the downlink and says so. */
    void succeed() {
      QueuedDownlink item = queue(downlink);
      answer.complete(new Receipt(item.id(), item.id() == null ? item.fCntDown() : null));
    }

    void fail(FailureKind kind, String message) {
      answer.completeExceptionally(new ApiException(kind, message));
    }

    /** Queues the downlink, and the answer is lost. */
    void loseAnswer() {
      queue(downlink);
      fail(FailureKind.IN_DOUBT, "answer lost");
    }

    int port() {
      return downlink.fPort();
    }
  }

  /** All enqueue calls ever made, in order. */
  final List<Enqueue> enqueues = new ArrayList<>();

  final List<String> flushes = new ArrayList<>();
  final List<String> looks = new ArrayList<>();
  final Map<String, List<QueuedDownlink>> queues = new HashMap<>();
  final Map<String, DeviceState> states = new HashMap<>();
  Generation generation = Generation.V4;
  final Set<Feature> features = EnumSet.allOf(Feature.class);

  /** What becomes of an enqueue call at once; null: it waits. */
  Consumer<Enqueue> atOnce;

  /** Thrown by queue() while not null. */
  ApiException queueFailure;

  /** The answer of queue() while not null. */
  CompletableFuture<List<QueuedDownlink>> queueAnswer;

  /** Whether queue items have frame counters instead of ids, as in v3. */
  boolean countsFrames;

  boolean closed;
  private int ids;
  private final Map<String, Long> counters = new HashMap<>();

  void answerAtOnce() {
    atOnce = Enqueue::succeed;
  }

  /** The calls that were not answered yet. */
  List<Enqueue> waiting() {
    return enqueues.stream().filter(call -> !call.answer.isDone()).toList();
  }

  /** The ports of all enqueue calls for a device, which tests use as names. */
  List<Integer> portsOf(String devEui) {
    return enqueues.stream()
        .filter(call -> call.downlink.devEui().equals(devEui))
        .map(Enqueue::port)
        .toList();
  }

  QueuedDownlink queue(Downlink downlink) {
    int number = ++ids;
    long counter = counters.merge(downlink.devEui(), 1L, Long::sum) - 1;
    QueuedDownlink item =
        new QueuedDownlink(
            countsFrames ? null : "item-" + number,
            downlink.fPort(),
            downlink.confirmed(),
            downlink.data() == null ? new byte[0] : downlink.data(),
            false,
            countsFrames ? (Long) counter : downlink.encryptedFCntDown(),
            downlink.expiresAt());
    queues.computeIfAbsent(downlink.devEui(), eui -> new ArrayList<>()).add(item);
    return item;
  }

  @Override
  public CompletionStage<Receipt> enqueue(Downlink downlink) {
    Enqueue call = new Enqueue(downlink);
    enqueues.add(call);
    if (atOnce != null) {
      atOnce.accept(call);
    }
    return call.answer;
  }

  /** Frame counters start again, as in v3 after a flush or a join. */
  void empty(String devEui) {
    queues.remove(devEui);
    counters.remove(devEui);
  }

  @Override
  public CompletionStage<Void> flush(String devEui) {
    flushes.add(devEui);
    empty(devEui);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletionStage<List<QueuedDownlink>> queue(String devEui) {
    looks.add(devEui);
    if (queueAnswer != null) {
      return queueAnswer;
    }
    return queueFailure != null
        ? CompletableFuture.failedFuture(queueFailure)
        : CompletableFuture.completedFuture(List.copyOf(queues.getOrDefault(devEui, List.of())));
  }

  @Override
  public CompletionStage<DeviceState> state(String devEui) {
    return CompletableFuture.completedFuture(
        states.getOrDefault(devEui, new DeviceState(null, "CLASS_A")));
  }

  @Override
  public CompletionStage<Boolean> supports(Feature feature) {
    return CompletableFuture.completedFuture(features.contains(feature));
  }

  @Override
  public void close() {
    closed = true;
  }

  @Override
  public Generation generation() {
    return generation;
  }

  @Override
  public CompletionStage<Void> probe() {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletionStage<Void> probeWriting() {
    return probe();
  }

  @Override
  public void devices(Scope scope, DeviceWalk walk) {
    throw new AssertionError("a sink reads no inventory");
  }

  @Override
  public LogStream open(LogKind log, String devEui, LogListener listener) {
    throw new AssertionError("a sink reads no logs");
  }

  /** Fails each enqueue call for a device in a way of its own. */
  void failing(Function<Downlink, FailureKind> kind) {
    atOnce =
        call -> {
          FailureKind failure = kind.apply(call.downlink);
          if (failure == null) {
            call.succeed();
          } else {
            call.fail(failure, failure + " said the server");
          }
        };
  }
}
