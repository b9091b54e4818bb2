package io.github.chirpconnect.source.offset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShardsTest {
  /** Part of the contract: the ledger's offsets are filed under these numbers. */
  @Test
  void bucketsNeverMove() {
    assertThat(Shards.BUCKETS).isEqualTo(256);
    assertThat(Shards.bucketOf("0101010101010101")).isEqualTo(47);
    assertThat(Shards.bucketOf("70b3d57ed0000001")).isEqualTo(52);
    assertThat(Shards.bucketOf("0000000000000000")).isEqualTo(100);
  }

  @Test
  void everyBucketBelongsToExactlyOneTask() {
    for (int tasks : new int[] {1, 2, 3, 7, 256}) {
      int total = 0;
      for (int task = 0; task < tasks; task++) {
        Shards shards = new Shards(task, tasks);
        total += (int) IntStream.range(0, Shards.BUCKETS).filter(shards::ownsBucket).count();
      }
      assertThat(total).isEqualTo(Shards.BUCKETS);
    }
  }

  @Test
  void consecutiveEuisSpreadOverAllTasks() {
    Set<Integer> buckets = new HashSet<>();
    int[] perTask = new int[8];
    for (int i = 0; i < 10_000; i++) {
      int bucket = Shards.bucketOf(String.format("70b3d57ed%07x", i));
      buckets.add(bucket);
      perTask[bucket % 8]++;
    }
    assertThat(buckets).hasSize(Shards.BUCKETS);
    assertThat(perTask)
        .satisfies(
            counts -> assertThat(IntStream.of(counts).min().orElseThrow()).isGreaterThan(1_000));
  }

  @Test
  void aTaskHasAPlaceAmongAll() {
    assertThatThrownBy(() -> new Shards(2, 2)).isInstanceOf(IllegalArgumentException.class);
  }
}
