package io.github.chirpconnect.sink.share;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.channel.CapturedLog;
import io.github.chirpconnect.common.CompletionQueue;
import io.github.chirpconnect.config.SinkConfig;
import io.github.chirpconnect.testing.ManualTime;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.Test;

class ShareTest {
  private final ManualTime time = new ManualTime();
  private final CompletionQueue completions = new CompletionQueue();
  private final FakePartitionCount count = new FakePartitionCount();

  @Test
  void untilItIsKnownHowManyPartitionsThereAreALimitIsDividedByAllTasks() {
    Share share = share(8, 4);
    assertThat(share.maxInFlight()).isEqualTo(2);

    share.partitionsAre(partitions(1));
    pass(share, Duration.ofMillis(Share.SETTLE_MS - 1));
    assertThat(count.asked).isEmpty();
    assertThat(share.maxInFlight()).isEqualTo(2);

    pass(share, Duration.ofMillis(1));
    assertThat(count.asked).containsExactly(partitions(1));
    assertThat(share.maxInFlight()).isEqualTo(8);
    assertThat(share.parts()).isEqualTo(1);
  }

  @Test
  void aTaskDividesByTheTasksThatCanHavePartitions() {
    assertThat(known(8, 4, 1, 2).maxInFlight()).isEqualTo(4);
    assertThat(known(8, 4, 1, 3).maxInFlight()).isEqualTo(2);
    assertThat(known(8, 4, 2, 3).maxInFlight()).isEqualTo(4);
    assertThat(known(8, 4, 3, 3).maxInFlight()).isEqualTo(8);
    assertThat(known(8, 4, 25, 100).maxInFlight()).isEqualTo(2);
    assertThat(known(3, 4, 1, 100).maxInFlight()).isEqualTo(1);
  }

  /** Any assignment, also an uneven one, and amid a rebalance, when some belong to nobody. */
  @Test
  void allSharesTogetherAreNoMoreThanTheLimitAndNoneIsLessThanItWas() {
    Random random = new Random(1);
    for (int i = 0; i < 2_000; i++) {
      int tasks = 1 + random.nextInt(6);
      int limit = tasks + random.nextInt(20);
      int partitions = 1 + random.nextInt(8);
      int[] owned = new int[tasks];
      for (int partition = 0; partition < partitions; partition++) {
        if (random.nextInt(5) > 0) {
          owned[random.nextInt(1 + random.nextInt(tasks))]++;
        }
      }
      int sum = 0;
      for (int own : owned) {
        if (own > 0) {
          int share = known(limit, tasks, own, partitions).maxInFlight();
          assertThat(share).isGreaterThanOrEqualTo(limit / tasks);
          sum += share;
        }
      }
      assertThat(sum).isLessThanOrEqualTo(limit);
    }
  }

  @Test
  void aRebalanceMakesItUnknownAgain() {
    Share share = known(8, 4, 1, 1);
    count.count = 2;
    share.partitionsAre(partitions(1));
    assertThat(share.maxInFlight()).isEqualTo(2);
    pass(share, Duration.ofMillis(Share.SETTLE_MS));
    assertThat(share.maxInFlight()).isEqualTo(4);
  }

  @Test
  void anAnswerOfBeforeARebalanceIsNotUsed() {
    count.waits = true;
    Share share = known(8, 4, 1, 1);
    share.partitionsAre(partitions(1));
    count.waiting.accept(1, null);
    completions.drain();
    assertThat(share.maxInFlight()).isEqualTo(2);

    pass(share, Duration.ofMillis(Share.SETTLE_MS));
    count.waiting.accept(2, null);
    completions.drain();
    assertThat(share.maxInFlight()).isEqualTo(4);
  }

  @Test
  void topicsThatGrowAreSeen() {
    Share share = known(8, 4, 1, 1);
    count.count = 4;
    pass(share, Duration.ofMillis(Share.ASK_EVERY_MS));
    assertThat(share.maxInFlight()).isEqualTo(2);
  }

  @Test
  void whatIsKnownStaysKnownWhileNobodyAnswers() {
    Share share = known(8, 4, 1, 1);
    count.failure = new IllegalStateException("away");
    try (CapturedLog log = new CapturedLog(Level.WARN)) {
      pass(share, Duration.ofMillis(3 * Share.ASK_EVERY_MS));
      assertThat(log.lines()).isEmpty();
    }
    assertThat(share.maxInFlight()).isEqualTo(8);
  }

  @Test
  void whyItIsNotKnownIsSaidOnce() {
    count.failure = new IllegalStateException("no member with this task's partitions");
    try (CapturedLog log = new CapturedLog(Level.WARN)) {
      Share share = known(8, 4, 1, 1);
      pass(share, Duration.ofSeconds(50));
      assertThat(log.lines()).isEmpty();

      pass(share, Duration.ofHours(1));
      assertThat(share.maxInFlight()).isEqualTo(2);
      assertThat(log.lines())
          .singleElement()
          .asString()
          .contains("divided by all 4 tasks", "no member with this task's partitions");
      assertThat(count.asked.size()).isBetween(60, 120);

      share.partitionsAre(partitions(1));
      pass(share, Duration.ofHours(1));
      assertThat(log.lines()).hasSize(1);
    }
  }

  @Test
  void aSingleTaskAndOneWithoutPartitionsAskNobody() {
    assertThat(known(8, 1, 1, 4).maxInFlight()).isEqualTo(8);
    known(8, 4, 0, 4);
    assertThat(count.asked).isEmpty();
  }

  @Test
  void whereNobodyCanBeAskedATaskWithoutPartitionsSaysThatItsShareIsNotUsed() {
    count.exists = false;
    try (CapturedLog log = new CapturedLog(Level.WARN)) {
      Share share = known(8, 4, 0, 1);
      pass(share, Duration.ofMinutes(5));
      assertThat(log.lines())
          .singleElement()
          .asString()
          .contains("No partitions for 60 s", "one of 4, is not used", "outcome.bootstrap.servers");
    }
    assertThat(count.asked).isEmpty();
  }

  /** A task that has so many of all partitions, and has asked. */
  private Share known(int limit, int tasks, int own, int all) {
    Share share = share(limit, tasks);
    count.count = all;
    share.partitionsAre(partitions(own));
    pass(share, Duration.ofMillis(Share.SETTLE_MS));
    return share;
  }

  private Share share(int limit, int tasks) {
    Map<String, String> config =
        Map.of(
            "chirpstack.url",
            "localhost:8080",
            "chirpstack.token",
            "a.b.c",
            "max.in.flight",
            Integer.toString(limit),
            "internal.task.count",
            Integer.toString(tasks));
    return new Share(new SinkConfig(config), count, completions, time.clocks(), () -> 0.0);
  }

  private void pass(Share share, Duration duration) {
    long left = duration.toMillis();
    do {
      long step = Math.min(left, 1_000);
      time.advance(Duration.ofMillis(step));
      left -= step;
      share.turnEnds();
      completions.drain();
    } while (left > 0);
  }

  private static Set<TopicPartition> partitions(int number) {
    return IntStream.range(0, number)
        .mapToObj(i -> new TopicPartition("commands", i))
        .collect(Collectors.toSet());
  }
}
