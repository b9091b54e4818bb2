package io.github.chirpconnect.source;

import static io.github.chirpconnect.feed.Feed.DEVICE_METRICS;
import static io.github.chirpconnect.feed.Feed.GATEWAY_METRICS;
import static io.github.chirpconnect.feed.Feed.LINK_METRICS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.chirpconnect.api.Aggregation;
import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.channel.CapturedLog;
import io.github.chirpconnect.testing.FakeMetrics;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.Test;

/** The feeds of metrics: each bucket once, when it is over. Time begins at eight in the morning. */
class SeriesFeedTest {
  private static final String A = "0101010101010101";
  private static final String B = "0202020202020202";

  private TaskUnderTest task;
  private FakeMetrics metrics;

  private void with(ZoneId zone, String... feeds) {
    task = new TaskUnderTest(feeds);
    metrics = new FakeMetrics(task.time, zone);
    task.chirpStack.metrics = metrics;
  }

  private void with(String... feeds) {
    with(ZoneOffset.UTC, feeds);
  }

  /** An uplink is counted, and the device is seen. */
  private void hear(String devEui) {
    metrics.count(LINK_METRICS, devEui, "rx_packets", 1);
    metrics.count(LINK_METRICS, devEui, "rx_packets_per_freq/868100000", 1);
    task.chirpStack.add(devEui, "device " + devEui, task.time.instant());
  }

  /** Coarser than {@link TaskUnderTest#run}, and fine enough not to look like a pause. */
  private List<SourceRecord> runMinutes(long minutes) {
    List<SourceRecord> records = new ArrayList<>();
    for (long i = 0; i < minutes * 12; i++) {
      task.time.advance(Duration.ofSeconds(5));
      records.addAll(task.poll());
    }
    return records;
  }

  private List<SourceRecord> runHours(long hours) {
    return runMinutes(60 * hours);
  }

  private static List<String> keys(List<SourceRecord> records) {
    return records.stream().map(record -> (String) record.key()).toList();
  }

  private static String packets(String devEui, String time) {
    return devEui + "|rx_packets||HOUR|" + time;
  }

  private static String perFrequency(String devEui, String time) {
    return devEui + "|rx_packets_per_freq|868100000|HOUR|" + time;
  }

  @Test
  void aBucketIsWrittenWhenItIsOver() {
    with("link-metrics");
    task.start();
    hear(A);
    hear(A);
    assertThat(runMinutes(61)).as("over at nine, complete two minutes later").isEmpty();
    List<SourceRecord> records = runMinutes(3);
    assertThat(keys(records))
        .containsExactly(
            packets(A, "2026-07-23T08:00:00Z"), perFrequency(A, "2026-07-23T08:00:00Z"));
    SourceRecord first = records.get(0);
    assertThat(first.topic()).isEqualTo("chirpstack.link.metrics");
    assertThat(((Struct) first.value()).getFloat64("value")).isEqualTo(2.0);
    assertThat(((Struct) first.value()).getString("application_name")).isEqualTo("meters");
    assertThat(first.sourcePartition()).isEqualTo(Map.of("dev_eui", A));
    assertThat(first.sourceOffset())
        .as("one row of the bucket of eight o'clock")
        .isEqualTo(Map.of("link_metrics", "1:hour=" + base36("2026-07-23T08:00:00Z") + ".1"));
    assertThat(records.get(1).sourceOffset())
        .isEqualTo(Map.of("link_metrics", "1:hour=" + base36("2026-07-23T08:00:00Z")));
    assertThat(runHours(3)).isEmpty();
    assertThat(task.shows("metric-rows-total")).isEqualTo(2);
  }

  private static String base36(String time) {
    return Long.toString(Instant.parse(time).toEpochMilli(), 36);
  }

  @Test
  void aRestartWritesNothingTwiceAndNothingIsMissing() {
    with("link-metrics");
    task.start();
    List<SourceRecord> records = new ArrayList<>();
    for (int hour = 0; hour < 6; hour++) {
      hear(A);
      records.addAll(runMinutes(30));
      task.restart();
      records.addAll(runMinutes(30));
      task.restart();
    }
    records.addAll(runMinutes(5));
    assertThat(keys(records))
        .filteredOn(key -> key.contains("|rx_packets|"))
        .containsExactly(
            packets(A, "2026-07-23T08:00:00Z"),
            packets(A, "2026-07-23T09:00:00Z"),
            packets(A, "2026-07-23T10:00:00Z"),
            packets(A, "2026-07-23T11:00:00Z"),
            packets(A, "2026-07-23T12:00:00Z"),
            packets(A, "2026-07-23T13:00:00Z"));
  }

  @Test
  void whatWasMissedIsReadInOneCall() {
    with("link-metrics");
    task.start();
    hear(A);
    runMinutes(70);
    task.task().stop();
    for (int hour = 0; hour < 5; hour++) {
      hear(A);
      task.time.advance(Duration.ofHours(1));
    }
    metrics.calls.clear();
    task.start();
    assertThat(keys(runMinutes(2)))
        .filteredOn(key -> key.contains("|rx_packets|"))
        .containsExactly(
            packets(A, "2026-07-23T09:00:00Z"),
            packets(A, "2026-07-23T10:00:00Z"),
            packets(A, "2026-07-23T11:00:00Z"),
            packets(A, "2026-07-23T12:00:00Z"),
            packets(A, "2026-07-23T13:00:00Z"));
    assertThat(metrics.calls).hasSize(1);
  }

  /** Hours are kept for two days. */
  @Test
  void nothingIsAskedForThatTheServerKeepsNoMore() {
    with("link-metrics");
    task.start();
    hear(A);
    runMinutes(70);
    task.task().stop();
    for (int hour = 0; hour < 72; hour++) {
      hear(A);
      task.time.advance(Duration.ofHours(1));
    }
    metrics.calls.clear();
    task.start();
    Instant now = task.time.instant();
    List<String> keys;
    try (CapturedLog log = new CapturedLog(Level.WARN)) {
      keys = keys(runMinutes(2));
      assertThat(log.lines())
          .filteredOn(line -> line.contains("link-metrics of " + A + " by the hour"))
          .singleElement()
          .asString()
          .contains("from 2026-07-23T09:00:00Z to 2026-07-24T");
    }
    assertThat(metrics.calls).hasSize(1);
    assertThat(metrics.calls.get(0).start()).isAfter(now.minus(Duration.ofDays(2)));
    assertThat(keys.stream().filter(key -> key.contains("|rx_packets|"))).hasSize(47);
    assertThat(keys.get(0)).isEqualTo(packets(A, "2026-07-24T10:00:00Z"));
  }

  @Test
  void whoSaidNothingIsNotAskedForAndEmptyHoursAreNoRows() {
    with("link-metrics");
    task.chirpStack.add(B);
    task.start();
    hear(A);
    runHours(5);
    assertThat(metrics.calls).extracting(FakeMetrics.Call::id).containsOnly(A);
    assertThat(metrics.calls).as("at first, and after seven and eight o'clock").hasSize(3);
    hear(A);
    assertThat(keys(runMinutes(70)))
        .as("hours of silence are no rows")
        .containsExactly(
            packets(A, "2026-07-23T13:00:00Z"), perFrequency(A, "2026-07-23T13:00:00Z"));
  }

  /** The parts that an answer names depend on its other buckets. */
  @Test
  void aPartThatIsZeroIsNoRowAndAWholeIs() {
    with("link-metrics");
    task.start();
    hear(A);
    metrics.count(LINK_METRICS, A, "errors/OTAA", 1);
    runMinutes(70);
    metrics.count(LINK_METRICS, A, "errors/OTAA", 2);
    task.chirpStack.add(A, "device", task.time.instant());
    assertThat(keys(runMinutes(60)))
        .containsExactly(
            A + "|errors|OTAA|HOUR|2026-07-23T09:00:00Z", packets(A, "2026-07-23T09:00:00Z"));
  }

  @Test
  void callsAreMadeAtAPace() {
    with("link-metrics");
    task.properties.put("metrics.calls.per.second", "4");
    task.start();
    for (int i = 0; i < 40; i++) {
      hear(String.format("70b3d57ed%07x", i));
    }
    runMinutes(61);
    metrics.calls.clear();
    task.run(Duration.ofSeconds(90));
    assertThat(metrics.calls).hasSize(40);
    Map<Long, Long> perSecond =
        metrics.calls.stream()
            .collect(
                Collectors.groupingBy(call -> call.at().getEpochSecond(), Collectors.counting()));
    assertThat(perSecond.values()).allSatisfy(calls -> assertThat(calls).isLessThanOrEqualTo(4));
  }

  @Test
  void tasksShareThePace() {
    with("link-metrics");
    task.properties.put("internal.task.count", "10");
    task.start();
    for (int i = 0; i < 300; i++) {
      hear(String.format("70b3d57ed%07x", i));
    }
    runMinutes(61);
    metrics.calls.clear();
    task.run(Duration.ofSeconds(75));
    assertThat(metrics.calls.size()).isBetween(10, 16);
  }

  @Test
  void oneCallIsMadeAtATime() {
    with("link-metrics");
    hear(A);
    hear(B);
    metrics.frozen = true;
    task.start();
    runHours(3);
    assertThat(metrics.calls).hasSize(1);
  }

  /** Half an hour east of the others: hours and days begin at half past. */
  @Test
  void bucketsAreTheServersOwn() {
    with(ZoneId.of("Asia/Kolkata"), "link-metrics");
    task.properties.put("metrics.aggregation", "day,hour");
    task.start();
    hear(A);
    assertThat(keys(runMinutes(40)))
        .as("13:00 to 14:00 there")
        .contains(packets(A, "2026-07-23T07:30:00Z"));
    assertThat(keys(runHours(9))).isEmpty();
    assertThat(keys(runHours(1)))
        .as("midnight there")
        .containsExactly(
            A + "|rx_packets||DAY|2026-07-22T18:30:00Z",
            A + "|rx_packets_per_freq|868100000|DAY|2026-07-22T18:30:00Z");
  }

  /**
   * 2026-10-25 has 25 hours in Berlin, and ChirpStack v4 says nothing of the hour that is twice.
   */
  @Test
  void aDayOf25HoursIsReadWhenItIsOver() {
    with(ZoneId.of("Europe/Berlin"), "link-metrics");
    task.properties.put("metrics.aggregation", "hour,day");
    task.time.sleep(Duration.between(task.time.instant(), Instant.parse("2026-10-24T22:10:00Z")));
    task.start();
    List<SourceRecord> records = new ArrayList<>();
    for (int hour = 0; hour < 24; hour++) {
      hear(A);
      records.addAll(runHours(1));
    }
    assertThat(keys(records)).noneMatch(key -> key.contains("|DAY|"));
    assertThat(keys(records).stream().filter(key -> key.contains("|rx_packets|")))
        .as("22, 23 and from 1 on")
        .hasSize(22)
        .doesNotHaveDuplicates()
        .doesNotContain(packets(A, "2026-10-25T00:00:00Z"));
    assertThat(metrics.calls.stream().filter(call -> call.aggregation() == Aggregation.DAY))
        .as("no more than a probe now and then")
        .hasSizeLessThan(6);
    assertThat(keys(runHours(2))).contains(A + "|rx_packets||DAY|2026-10-24T22:00:00Z");
  }

  @Test
  void aMonthIsReadWhenItIsOver() {
    with("link-metrics");
    task.properties.put("metrics.aggregation", "month");
    task.time.sleep(Duration.between(task.time.instant(), Instant.parse("2026-07-31T20:00:00Z")));
    task.start();
    hear(A);
    assertThat(runHours(4)).isEmpty();
    assertThat(keys(runHours(7))).contains(A + "|rx_packets||MONTH|2026-07-01T00:00:00Z");
    assertThat(metrics.calls.size()).isLessThan(6);
  }

  /** A bucket that was passed on would read less, or zero. */
  @Test
  void whatWasWrittenIsNotWrittenAgainWhenRedisIsLost() {
    with("link-metrics");
    task.properties.put("metrics.aggregation", "hour,day");
    task.start();
    hear(A);
    assertThat(runMinutes(70)).hasSize(2);
    metrics.lose();
    task.restart();
    hear(A);
    assertThat(keys(runMinutes(60)))
        .containsExactly(
            packets(A, "2026-07-23T09:00:00Z"), perFrequency(A, "2026-07-23T09:00:00Z"));
    metrics.lose();
    assertThat(runHours(2)).isEmpty();
    task.restart();
    assertThat(runHours(2)).isEmpty();
  }

  @Test
  void eachLengthOfTimeGoesOnByItself() {
    with("link-metrics");
    task.start();
    hear(A);
    runMinutes(70);
    task.properties.put("metrics.aggregation", "hour,day");
    task.restart();
    assertThat(runMinutes(5)).isEmpty();
    List<SourceRecord> records = runHours(16);
    assertThat(keys(records))
        .containsExactly(
            A + "|rx_packets||DAY|2026-07-23T00:00:00Z",
            A + "|rx_packets_per_freq|868100000|DAY|2026-07-23T00:00:00Z");
    assertThat(records.get(1).sourceOffset().get("link_metrics"))
        .isEqualTo(
            "1:hour=" + base36("2026-07-23T08:00:00Z") + ",day=" + base36("2026-07-23T00:00:00Z"));
  }

  /** A batch may end in the middle of a bucket, and be the last one that Kafka gets. */
  @Test
  void aBucketThatWasCutGoesOnWithTheNextRow() {
    with("link-metrics");
    task.properties.put("poll.max.records", "2");
    task.start();
    for (int frequency = 0; frequency < 4; frequency++) {
      metrics.count(LINK_METRICS, A, "rx_packets_per_freq/86810000" + frequency, 1);
    }
    hear(A);
    List<String> keys = new ArrayList<>();
    runMinutes(61);
    while (keys.isEmpty()) {
      task.time.advance(Duration.ofSeconds(1));
      keys.addAll(keys(task.poll()));
    }
    assertThat(keys).hasSize(2);
    task.restart();
    while (keys.size() < 4) {
      task.time.advance(Duration.ofSeconds(1));
      keys.addAll(keys(task.poll()));
    }
    // Taken, and lost with the worker.
    task.pollWithoutCommit();
    task.restart();
    keys.addAll(keys(runMinutes(10)));
    assertThat(keys)
        .containsExactly(
            packets(A, "2026-07-23T08:00:00Z"),
            A + "|rx_packets_per_freq|868100000|HOUR|2026-07-23T08:00:00Z",
            A + "|rx_packets_per_freq|868100001|HOUR|2026-07-23T08:00:00Z",
            A + "|rx_packets_per_freq|868100002|HOUR|2026-07-23T08:00:00Z",
            A + "|rx_packets_per_freq|868100003|HOUR|2026-07-23T08:00:00Z");
  }

  /** Connect stores no offset of a record that a transform drops. */
  @Test
  void whatWasDeliveredDoesNotComeAgainWhenTheLastOfItsBucketIsDropped() {
    with("link-metrics");
    task.dropped = record -> ((String) record.key()).contains("_per_");
    task.start();
    hear(A);
    hear(B);
    runMinutes(70);
    task.restart();
    assertThat(keys(runMinutes(10)))
        .as("what was not delivered comes again")
        .containsExactlyInAnyOrder(
            perFrequency(A, "2026-07-23T08:00:00Z"), perFrequency(B, "2026-07-23T08:00:00Z"));
  }

  /** ChirpStack can make names of metrics of what codecs return; a sink of tables would stop. */
  @Test
  void aMetricWhoseNameIsTooLongForAnIndexHasNoRows() {
    with("device-metrics");
    task.start();
    hear(A);
    String longest = "t".repeat(800);
    List<SourceRecord> records;
    try (CapturedLog log = new CapturedLog(Level.WARN)) {
      metrics.count(DEVICE_METRICS, A, longest, 1);
      metrics.count(DEVICE_METRICS, A, longest + "u", 2);
      records = runMinutes(125);
      assertThat(log.lines())
          .filteredOn(line -> line.contains("more than 800 characters"))
          .hasSize(1);
    }
    assertThat(records)
        .singleElement()
        .satisfies(
            record -> {
              assertThat(((Struct) record.value()).getString("metric")).isEqualTo(longest);
              assertThat(record.sourceOffset())
                  .isEqualTo(Map.of("device_metrics", "1:hour=" + base36("2026-07-23T08:00:00Z")));
            });
  }

  @Test
  void whatDevicesMeasureAndHowTheyWereHeardGoOnBesideTheirLogs() {
    with("device-events", "device-metrics", "link-metrics");
    task.start();
    hear(A);
    metrics.count(DEVICE_METRICS, A, "temperature", 21.5);
    runMinutes(70);
    task.chirpStack.log(Logs.up(A, "1-0"));
    List<SourceRecord> records = task.runSeconds(5);
    assertThat(records)
        .singleElement()
        .satisfies(
            record -> {
              assertThat(record.topic()).isEqualTo("chirpstack.device.up");
              assertThat(record.sourceOffset())
                  .containsOnlyKeys("events", "device_metrics", "link_metrics");
            });
    hear(A);
    assertThat(runMinutes(60))
        .allSatisfy(record -> assertThat(record.sourceOffset()).containsKey("events"));
    task.restart();
    assertThat(runMinutes(20)).isEmpty();
  }

  @Test
  void gatewaysHaveTheirOwnAndTheirDutyCycleByTheMinute() {
    with("gateway-metrics");
    task.chirpStack.gateways.put(B, task.time.instant());
    task.start();
    for (int minute = 0; minute < 3; minute++) {
      metrics.countInMinute(GATEWAY_METRICS, B, "window_percentage/868.0-868.6", 0.5);
      runMinutes(1);
    }
    metrics.count(GATEWAY_METRICS, B, "rx_packets", 7);
    List<SourceRecord> records = runMinutes(70);
    assertThat(keys(records))
        .contains(
            B + "|window_percentage|868.0-868.6|MINUTE|2026-07-23T08:00:00Z",
            B + "|window_percentage|868.0-868.6|MINUTE|2026-07-23T08:01:00Z",
            B + "|window_percentage|868.0-868.6|MINUTE|2026-07-23T08:02:00Z",
            B + "|rx_packets||HOUR|2026-07-23T08:00:00Z")
        .doesNotHaveDuplicates();
    assertThat(records)
        .allSatisfy(
            record -> {
              assertThat(record.topic()).isEqualTo("chirpstack.gateway.metrics");
              assertThat(record.sourcePartition()).isEqualTo(Map.of("gateway_id", B));
            });
    assertThat(metrics.calls.stream().filter(call -> call.aggregation() == Aggregation.MINUTE))
        .hasSizeLessThan(5);
    task.restart();
    assertThat(runHours(1)).isEmpty();
  }

  @Test
  void aServerThatIsAwayIsWaitedForWithGrowingPauses() {
    with("link-metrics");
    task.start();
    hear(A);
    metrics.failures.put("", new ApiException(FailureKind.TRANSIENT, "Socket closed"));
    assertThat(runMinutes(120)).isEmpty();
    assertThat(metrics.calls.size()).isLessThan(400);
    metrics.failures.clear();
    assertThat(runMinutes(2)).hasSize(2);
  }

  @Test
  void aKeyThatIsRefusedForGoodFailsTheTask() {
    with("link-metrics");
    task.properties.put("inventory.interval.ms", "86400000");
    hear(A);
    task.start();
    runMinutes(60);
    metrics.failures.put("", new ApiException(FailureKind.TOKEN_REFUSED, "no valid token"));
    assertThatThrownBy(() -> runMinutes(10))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("chirpstack.token");
  }

  @Test
  void whatIsRefusedForOneDeviceStopsNoOther() {
    with("link-metrics");
    task.start();
    hear(A);
    hear(B);
    metrics.failures.put(A, new ApiException(FailureKind.NOT_PERMITTED, "no such object"));
    assertThat(keys(runHours(2)))
        .containsExactly(
            packets(B, "2026-07-23T08:00:00Z"), perFrequency(B, "2026-07-23T08:00:00Z"));
    assertThat(metrics.calls.stream().filter(call -> call.id().equals(A))).hasSizeLessThan(15);
  }

  @Test
  void whatIsRefusedOfADeviceStopsNothingElseOfIt() {
    with("gateway-metrics");
    task.chirpStack.gateways.put(B, task.time.instant());
    metrics.failures.put(
        B + "/MINUTE", new ApiException(FailureKind.NOT_PERMITTED, "no such method"));
    task.start();
    metrics.count(GATEWAY_METRICS, B, "rx_packets", 7);
    assertThat(keys(runMinutes(70))).containsExactly(B + "|rx_packets||HOUR|2026-07-23T08:00:00Z");
  }

  /** Another task reads a device from now on. */
  @Test
  void withMoreTasksEachBucketIsStillWrittenOnce() {
    with("link-metrics");
    task.start();
    for (int i = 0; i < 20; i++) {
      hear(String.format("70b3d57ed%07x", i));
    }
    assertThat(runMinutes(70)).hasSize(40);
    task.properties.put("internal.task.count", "2");
    for (String index : List.of("0", "1")) {
      task.properties.put("internal.task.index", index);
      task.restart();
      assertThat(runMinutes(5)).isEmpty();
    }
  }

  @Test
  void aServerThatCannotTellFailsTheTask() {
    with("link-metrics");
    task.start();
    hear(A);
    metrics.failures.put(
        "",
        new ApiException(FailureKind.UNUSABLE_SERVER, "feed link-metrics needs ChirpStack 3.17"));
    assertThatThrownBy(() -> runMinutes(70))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("needs ChirpStack 3.17");
  }

  @Test
  void nothingIsWrittenOfADeviceAfterItsTombstone() {
    with("devices", "link-metrics");
    task.properties.put("inventory.delete.max.share", "1");
    task.properties.put("queue.max.records", "1");
    task.start();
    hear(A);
    task.runSeconds(5);
    task.time.advance(Duration.ofMinutes(1));
    runMinutes(60);
    task.chirpStack.devices.remove(A);
    List<SourceRecord> records = runMinutes(10);
    int tombstone = records.stream().map(SourceRecord::value).toList().indexOf(null);
    assertThat(tombstone).isEqualTo(records.size() - 1);
    task.chirpStack.add(A, "device", task.time.instant());
    assertThat(keys(runMinutes(10))).as("it comes back").containsExactly(A);
  }

  @Test
  void aConnectorThatIsPausedAsksForNothing() {
    with("link-metrics");
    task.start();
    hear(A);
    runMinutes(1);
    metrics.calls.clear();
    task.time.advance(Duration.ofHours(3));
    assertThat(metrics.calls).isEmpty();
    assertThat(runMinutes(2)).hasSize(2);
  }

  @Test
  void devicesAndGatewaysAreListedWhateverElseIsConfigured() {
    with("link-metrics", "gateway-metrics");
    task.chirpStack.gateways.put(B, task.time.instant());
    task.start();
    hear(A);
    metrics.count(GATEWAY_METRICS, B, "rx_packets", 7);
    assertThat(runMinutes(70))
        .extracting(SourceRecord::topic)
        .containsOnly("chirpstack.link.metrics", "chirpstack.gateway.metrics");
  }
}
