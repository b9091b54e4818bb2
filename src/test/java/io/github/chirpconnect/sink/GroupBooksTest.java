package io.github.chirpconnect.sink;

import static io.github.chirpconnect.sink.SinkBed.PARTITION;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.Downlink;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.QueuedDownlink;
import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.sink.outcome.OutcomeRecord;
import io.github.chirpconnect.testing.FakeQueues;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Books of multicast commands whose calls are lost in all ways, while others use the group and its
 * items leave the queue. All commands are alike. What is reported is held against what the server
 * took: nothing is sent twice, and what is accepted was taken, with the frame counter it says.
 */
class GroupBooksTest {
  private static final String GROUP = "f47ac10b-58cc-4372-a567-0e02b2c3d479";
  private static final int SEEDS = 150;
  private static final int COMMANDS = 12;
  private static final List<Fate> ALL = List.of(Fate.values());

  private enum Fate {
    ANSWERED,
    ANSWER_LOST,
    NEVER_ARRIVED,
    ARRIVES_LATE
  }

  @Test
  void nothingIsSentTwiceAndWhatIsAcceptedWasTaken() {
    Map<Fate, Integer> fates = new EnumMap<>(Fate.class);
    Map<String, Integer> states = new TreeMap<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      new Books(seed, fates, states).run();
    }
    // Each way was taken, and most commands have a certain outcome.
    assertThat(fates).containsOnlyKeys(Fate.values());
    assertThat(states).containsOnlyKeys("accepted", "unknown");
    assertThat(states.get("accepted")).isGreaterThan(states.get("unknown"));
  }

  private static final class Books {
    private final int seed;
    private final Random random;
    private final Map<Fate, Integer> fates;
    private final Map<String, Integer> states;
    private final boolean others;
    private final boolean leaves;
    private final SinkBed bed =
        new SinkBed()
            .with("outcome.topic", "outcomes")
            .with("outcome.bootstrap.servers", "k:9092")
            .with("command.max.age.ms", -1);

    /** The frame counters of what the server took, of each command in the order of sending. */
    private final IdentityHashMap<Downlink, List<Long>> taken = new IdentityHashMap<>();

    private final List<Downlink> sent = new ArrayList<>();
    private final List<Runnable> late = new ArrayList<>();
    private final List<Long> lateAt = new ArrayList<>();

    Books(int seed, Map<Fate, Integer> fates, Map<String, Integer> states) {
      this.seed = seed;
      this.random = new Random(seed);
      this.fates = fates;
      this.states = states;
      this.others = seed % 3 == 0;
      this.leaves = seed % 2 == 0;
    }

    void run() {
      bed.start();
      bed.server.atOnce = this::meets;
      int written = 0;
      while (bed.outcomes.written.size() < COMMANDS) {
        if (written < COMMANDS && random.nextInt(10) == 0) {
          bed.put(bed.record(PARTITION, GROUP, "{\"f_port\":1,\"data\":\"AQ==\"}"));
          written++;
        }
        meanwhile();
        bed.turn();
        bed.time.advance(Duration.ofMillis(50));
      }
      bed.outcomes.written.forEach(this::check);
      assertThat(sent).as("seed %d", seed).hasSize(COMMANDS);
    }

    private void meets(FakeQueues.Enqueue call) {
      if (!taken.containsKey(call.downlink)) {
        taken.put(call.downlink, new ArrayList<>());
        sent.add(call.downlink);
      }
      Fate fate = random.nextInt(3) == 0 ? ALL.get(random.nextInt(ALL.size())) : Fate.ANSWERED;
      fates.merge(fate, 1, Integer::sum);
      switch (fate) {
        case ANSWERED -> {
          taken.get(call.downlink).add(next());
          call.succeed();
        }
        case ANSWER_LOST -> {
          taken.get(call.downlink).add(next());
          call.loseAnswer();
        }
        case NEVER_ARRIVED -> call.fail(FailureKind.IN_DOUBT, "connection lost");
        case ARRIVES_LATE -> {
          call.fail(FailureKind.IN_DOUBT, "deadline passed");
          lateAt.add(bed.time.steadyMillis() + random.nextInt(2_900));
          late.add(
              () -> {
                taken.get(call.downlink).add(next());
                bed.server.queue(call.downlink);
              });
        }
      }
    }

    private long next() {
      return bed.server.groupCounters.getOrDefault(GROUP, 0L);
    }

    /** What the server and its other clients do between two turns of the task. */
    private void meanwhile() {
      for (int i = late.size() - 1; i >= 0; i--) {
        if (lateAt.get(i) <= bed.time.steadyMillis()) {
          lateAt.remove(i);
          late.remove(i).run();
        }
      }
      if (others && random.nextInt(60) == 0) {
        bed.server.queue(
            new Downlink(Target.group(GROUP), 2, false, new byte[] {2}, null, null, null, false));
      }
      List<QueuedDownlink> queue = bed.server.queues.getOrDefault(GROUP, List.of());
      if (leaves && !queue.isEmpty() && random.nextInt(100) == 0) {
        queue.remove(0);
      }
    }

    private void check(OutcomeRecord outcome) {
      states.merge(outcome.state(), 1, Integer::sum);
      List<Long> counters = taken.get(sent.get((int) outcome.offset()));
      assertThat(counters).as("seed %d, %s", seed, outcome).hasSizeLessThan(2);
      if (outcome.state().equals("accepted")) {
        assertThat(counters).as("seed %d, %s", seed, outcome).containsExactly(outcome.fCntDown());
      } else {
        // Where nothing leaves the queue, and nobody else is there, nothing stays unknown.
        assertThat(others || leaves).as("seed %d, %s", seed, outcome).isTrue();
      }
    }
  }
}
