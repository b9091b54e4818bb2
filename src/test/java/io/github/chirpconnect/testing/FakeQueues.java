package io.github.chirpconnect.testing;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.api.DeviceState;
import io.github.chirpconnect.api.Downlink;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Feature;
import io.github.chirpconnect.api.QueuedDownlink;
import io.github.chirpconnect.api.Receipt;
import io.github.chirpconnect.api.Target;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The queues of devices and multicast groups of {@link FakeChirpStack}. Enqueue calls wait until
 * the test answers them, unless it answers at once; all other calls are answered at once.
 */
public abstract class FakeQueues implements ChirpStack {

  /** A call that waits for its answer. */
  public final class Enqueue {
    public final Downlink downlink;
    public final CompletableFuture<Receipt> answer = new CompletableFuture<>();

    private Enqueue(Downlink downlink) {
      this.downlink = downlink;
    }

    /** Queues the downlink and says so. */
    public void succeed() {
      QueuedDownlink item = queue(downlink);
      answer.complete(new Receipt(item.id(), item.id() == null ? item.fCntDown() : null));
    }

    public void fail(FailureKind kind, String message) {
      answer.completeExceptionally(new ApiException(kind, message));
    }

    /** Queues the downlink, and the answer is lost. */
    public void loseAnswer() {
      queue(downlink);
      fail(FailureKind.IN_DOUBT, "answer lost");
    }

    public int port() {
      return downlink.fPort();
    }
  }

  /** All enqueue calls ever made, in order. The maps and lists name a target by its id. */
  public final List<Enqueue> enqueues = new ArrayList<>();

  public final List<String> flushes = new ArrayList<>();
  public final List<String> looks = new ArrayList<>();

  /** Which groups' frame counters were read. */
  public final List<String> counterLooks = new ArrayList<>();

  public final Map<String, List<QueuedDownlink>> queues = new HashMap<>();
  public final Map<String, DeviceState> states = new HashMap<>();
  public final Set<Feature> features = EnumSet.allOf(Feature.class);

  /** What becomes of an enqueue call at once; null: it waits. */
  public Consumer<Enqueue> atOnce;

  /** Thrown by queue() while not null. */
  public ApiException queueFailure;

  /** The answer of queue() while not null. */
  public CompletableFuture<List<QueuedDownlink>> queueAnswer;

  /** Whether queue items have frame counters instead of ids, as in v3. */
  public boolean countsFrames;

  private int ids;
  private final Map<String, Long> counters = new HashMap<>();

  /** The next frame counter of each group; unlike a device's, it never starts again. */
  public final Map<String, Long> groupCounters = new HashMap<>();

  /** Groups whose downlinks are taken, and reach no gateway. */
  public final Set<String> groupsWithoutGateway = new HashSet<>();

  public void answerAtOnce() {
    atOnce = Enqueue::succeed;
  }

  /** The calls that were not answered yet. */
  public List<Enqueue> waiting() {
    return enqueues.stream().filter(call -> !call.answer.isDone()).toList();
  }

  /** The ports of all enqueue calls for a target, which tests use as names. */
  public List<Integer> portsOf(String id) {
    return enqueues.stream()
        .filter(call -> call.downlink.target().id().equals(id))
        .map(Enqueue::port)
        .toList();
  }

  public QueuedDownlink queue(Downlink downlink) {
    int number = ++ids;
    String id = downlink.target().id();
    boolean group = downlink.target().isGroup();
    boolean counts = countsFrames || group;
    long counter = (group ? groupCounters : counters).merge(id, 1L, Long::sum) - 1;
    QueuedDownlink item =
        new QueuedDownlink(
            counts ? null : "item-" + number,
            downlink.fPort(),
            downlink.confirmed(),
            downlink.data() == null ? new byte[0] : downlink.data(),
            false,
            counts ? (Long) counter : downlink.encryptedFCntDown(),
            downlink.expiresAt());
    if (!groupsWithoutGateway.contains(id)) {
      queues.computeIfAbsent(id, each -> new ArrayList<>()).add(item);
    }
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
  public void empty(String devEui) {
    queues.remove(devEui);
    counters.remove(devEui);
  }

  @Override
  public CompletionStage<Void> flush(Target target) {
    flushes.add(target.id());
    empty(target.id());
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletionStage<List<QueuedDownlink>> queue(Target target) {
    looks.add(target.id());
    if (queueAnswer != null) {
      return queueAnswer;
    }
    return queueFailure != null
        ? CompletableFuture.failedFuture(queueFailure)
        : CompletableFuture.completedFuture(
            List.copyOf(queues.getOrDefault(target.id(), List.of())));
  }

  @Override
  public CompletionStage<Long> frameCounter(String multicastGroupId) {
    counterLooks.add(multicastGroupId);
    return queueFailure != null
        ? CompletableFuture.failedFuture(queueFailure)
        : CompletableFuture.completedFuture(groupCounters.getOrDefault(multicastGroupId, 0L));
  }

  @Override
  public CompletionStage<List<ObjectNode>> queueItems(String devEui) {
    looks.add(devEui);
    return queueFailure != null
        ? CompletableFuture.failedFuture(queueFailure)
        : CompletableFuture.completedFuture(
            queues.getOrDefault(devEui, List.of()).stream()
                .map(item -> body(devEui, item))
                .toList());
  }

  private static ObjectNode body(String devEui, QueuedDownlink item) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("id", item.id());
    body.put("devEui", devEui);
    body.put("confirmed", item.confirmed());
    body.put("fPort", item.fPort());
    body.put("data", Base64.getEncoder().encodeToString(item.data()));
    body.put("isPending", item.pending());
    body.put("fCntDown", item.fCntDown());
    body.put("isEncrypted", false);
    if (item.expiresAt() != null) {
      body.put("expiresAt", item.expiresAt().toString());
    }
    return body;
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

  /** Fails each enqueue call for a device in a way of its own. */
  public void failing(Function<Downlink, FailureKind> kind) {
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
