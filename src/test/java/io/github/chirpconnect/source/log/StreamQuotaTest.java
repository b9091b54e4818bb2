package io.github.chirpconnect.source.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.config.SourceConfig;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.source.log.StreamQuota.Pool;
import io.github.chirpconnect.source.offset.Shards;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StreamQuotaTest {
  private static final String BOTH = "device-events,device-frames";

  private final Map<String, String> properties =
      new HashMap<>(
          Map.of("chirpstack.url", "localhost:8080", "chirpstack.token", "eyJh.eyJz.c2ln"));

  @Test
  void byDefaultWhatTheGenerationCanBear() {
    properties.put("feeds", BOTH);
    assertThat(limits(Generation.V4).pools())
        .containsExactly(new Pool(List.of(LogKind.EVENTS, LogKind.FRAMES), 500));
    assertThat(limits(Generation.V3).pools())
        .containsExactly(
            new Pool(List.of(LogKind.EVENTS), 4), new Pool(List.of(LogKind.FRAMES), 2));
  }

  /** What is derived needs the streams of what it is derived from, and no more. */
  @Test
  void rowsAreMadeOfTheEventsThatAreReadAnyway() {
    for (Generation generation : Generation.values()) {
      for (String rows : List.of("measurements", "downlinks", "measurements,downlinks")) {
        properties.put("feeds", "device-events");
        StreamQuota events = limits(generation);
        properties.put("feeds", rows);
        assertThat(limits(generation)).isEqualTo(events);
        properties.put("feeds", "device-events," + rows);
        assertThat(limits(generation)).isEqualTo(events);
        properties.put("feeds", BOTH);
        StreamQuota both = limits(generation);
        properties.put("feeds", rows + ",device-frames");
        assertThat(limits(generation)).isEqualTo(both);
      }
    }
  }

  @Test
  void whatIsConfiguredGoesForBothLogsTogetherOrForEachOne() {
    properties.put("feeds", BOTH);
    properties.put("device.streams.max", "20");
    properties.put("device.frame.streams.max", "3");
    properties.put("chirpstack.redis.pool.size", "40");
    assertThat(limits(Generation.V4).pools()).extracting(Pool::places).containsExactly(10);
    assertThat(limits(Generation.V3).pools()).extracting(Pool::places).containsExactly(20, 3);
  }

  /** A configuration that a v4 bears would stop the network of a v3. */
  @Test
  void onV3NoMoreThanItIsSureToBear() {
    properties.put("feeds", BOTH);
    properties.put("device.streams.max", "1000");
    properties.put("device.frame.streams.max", "20");
    assertThat(limits(Generation.V4).pools()).extracting(Pool::places).containsExactly(500);
    assertThat(curbed(Generation.V4)).isEmpty();
    assertThat(limits(Generation.V3).pools()).extracting(Pool::places).containsExactly(8, 4);
    assertThat(curbed(Generation.V3))
        .containsExactly("device.streams.max: 8", "device.frame.streams.max: 4");
    properties.put("chirpstack.redis.pool.size", "60");
    assertThat(limits(Generation.V3).pools()).extracting(Pool::places).containsExactly(30, 20);
    assertThat(curbed(Generation.V3)).containsExactly("device.streams.max: 30");
    properties.remove("device.streams.max");
    properties.put("chirpstack.redis.pool.size", "6");
    assertThat(limits(Generation.V3).pools())
        .as("not even as many as by default")
        .extracting(Pool::places)
        .containsExactly(3, 3);
  }

  private List<String> curbed(Generation generation) {
    return StreamQuota.curbed(new SourceConfig(properties), generation);
  }

  @Test
  void tasksShareTheLimitAndNeverExceedIt() {
    properties.put("feeds", BOTH);
    properties.put("device.streams.max", "10");
    properties.put("device.frame.streams.max", "4");
    properties.put("chirpstack.redis.pool.size", "20");
    StreamQuota limits = limits(Generation.V3);
    for (int tasks = 1; tasks <= 12; tasks++) {
      List<Shards> shares = shares(limits, tasks);
      for (Pool pool : limits.pools()) {
        List<Integer> each = shares.stream().map(pool::placesOf).toList();
        assertThat(each).as("with %s tasks", tasks).allMatch(places -> places >= 1);
        assertThat(each.stream().mapToInt(Integer::intValue).sum()).isEqualTo(pool.places());
      }
    }
  }

  @Test
  void everyDeviceHasATaskThatCanReadAllOfItsLogs() {
    properties.put("feeds", BOTH);
    StreamQuota limits = limits(Generation.V3);
    List<Shards> shares = shares(limits, 3);
    assertThat(shares).as("the third task has no stream of frames").hasSize(2);
    for (int bucket = 0; bucket < Shards.BUCKETS; bucket++) {
      int one = bucket;
      assertThat(shares.stream().filter(share -> share.ownsBucket(one))).hasSize(1);
    }
    assertThat(shares(limits(Generation.V4), 3)).hasSize(3);
  }

  @Test
  void withoutStreamsAllTasksHaveWork() {
    properties.put("feeds", "devices");
    assertThat(shares(limits(Generation.V3), 8)).hasSize(8);
  }

  private StreamQuota limits(Generation generation) {
    return StreamQuota.of(new SourceConfig(properties), generation);
  }

  private static List<Shards> shares(StreamQuota limits, int tasks) {
    return IntStream.range(0, tasks)
        .mapToObj(index -> limits.share(new Shards(index, tasks)))
        .flatMap(Optional::stream)
        .toList();
  }
}
