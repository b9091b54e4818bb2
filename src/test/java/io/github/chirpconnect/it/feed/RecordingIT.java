package io.github.chirpconnect.it.feed;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.harness.kafka.TopicRecord;
import io.github.chirpconnect.it.Logs;
import io.github.chirpconnect.it.MeasuredRows;
import io.github.chirpconnect.it.SourceUnderTest;
import io.github.chirpconnect.simulator.SimulatedServer;
import io.github.chirpconnect.simulator.Simulator;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.json.JsonConverter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What was recorded of a real server, from the server's side to the topics. */
@Timeout(120)
@ParameterizedClass
@EnumSource
class RecordingIT {
  /** The inventory feeds that were recorded, each with something in it but for v3's queues. */
  private static final Set<Feed> LISTED =
      EnumSet.of(
          Feed.TENANTS,
          Feed.APPLICATIONS,
          Feed.DEVICE_PROFILES,
          Feed.DEVICES,
          Feed.GATEWAYS,
          Feed.MULTICAST_GROUPS,
          Feed.DEVICE_QUEUES);

  @Parameter SimulatedServer server;

  private final JsonConverter converter = new JsonConverter();

  RecordingIT() {
    converter.configure(Map.of("schemas.enable", "true"), false);
  }

  @Test
  void eachRecordedEntityEventAndFrameArrivesOnceAndSaysTheSame() {
    RecordedWalk walk = RecordedWalk.of(server);
    List<RecordedWalk.Recorded> log = server.hasStreams() ? walk.log() : List.of();
    int entries = log.size();
    assertThat(walk.log()).hasSizeGreaterThan(100);
    int listed = walk.entities().values().stream().mapToInt(Map::size).sum();
    assertThat(walk.entities().keySet())
        .isEqualTo(
            LISTED.stream().filter(feed -> isV4() || feed != Feed.DEVICE_QUEUES).collect(toSet()));
    assertThat(walk.entities().get(Feed.DEVICES)).hasSize(10);
    try (Simulator chirpStack = server.builder().empty().start().loadRecording(walk.file());
        SourceUnderTest source =
            new SourceUnderTest(chirpStack)
                .with(
                    "feeds",
                    LISTED.stream().map(Feed::id).collect(joining(","))
                        + (server.hasStreams()
                            ? ",device-events,device-frames,gateway-frames,measurements,downlinks"
                            : ""))
                .with("device.queue.interval.ms", "1000")
                .with("value.converter", JsonConverter.class.getName())
                .with("value.converter.schemas.enable", "true")
                // All devices at once: to take turns, as v3's would, is of other tests.
                .with("device.streams.max", "20")
                .with("chirpstack.redis.pool.size", "40")
                .with("device.frame.streams.max", "10")
                .with("gateway.streams.max", "6")) {
      source.start();
      source.await("all that was recorded", all -> withoutRows(all).size() >= entries + listed);
      source.awaitTwoWalks();
      List<TopicRecord> all = source.records();
      List<TopicRecord> records = withoutRows(all);

      assertThat(Logs.byDevice(Logs.in(records)))
          .isEqualTo(Logs.byDevice(log.stream().map(RecordedWalk.Recorded::entry).toList()));
      compareEntries(log, records);
      LISTED.forEach(
          feed ->
              compareList(
                  feed,
                  walk.entities().getOrDefault(feed, Map.of()),
                  source.records(feed.topics().get(0))));
      assertThat(records).hasSize(entries + listed);
      Map<MeasuredRows.Row, Long> rows = MeasuredRows.counted(MeasuredRows.of(chirpStack));
      assertThat(rows).hasSizeGreaterThan(20);
      assertThat(MeasuredRows.counted(MeasuredRows.in(all)))
          .isEqualTo(server.hasStreams() ? rows : Map.of());
      List<DownlinkRows.Row> downlinks = DownlinkRows.of(chirpStack);
      assertThat(downlinks).hasSizeGreaterThan(2);
      assertThat(DownlinkRows.in(all))
          .containsExactlyInAnyOrderElementsOf(server.hasStreams() ? downlinks : List.of());
    }
  }

  private static List<TopicRecord> withoutRows(List<TopicRecord> records) {
    return records.stream()
        .filter(record -> !MeasuredRows.isOne(record) && !DownlinkRows.isOne(record))
        .toList();
  }

  private boolean isV4() {
    return server.generation() == Generation.V4;
  }

  /** Names of entries can repeat where the server gives no ids, so the n-th is the n-th. */
  private void compareEntries(List<RecordedWalk.Recorded> log, List<TopicRecord> records) {
    Map<Logs.Entry, List<RecordedWalk.Recorded>> recorded =
        log.stream().collect(groupingBy(RecordedWalk.Recorded::entry));
    Map<Logs.Entry, Integer> compared = new HashMap<>();
    for (TopicRecord record : records) {
      if (record.header("chirpstack.id") != null) {
        Logs.Entry entry = Logs.entry(record);
        int nth = compared.merge(entry, 1, Integer::sum);
        compareEntry(record, recorded.get(entry).get(nth - 1));
      }
    }
  }

  private void compareEntry(TopicRecord record, RecordedWalk.Recorded recorded) {
    String id = record.header("chirpstack.id");
    assertThat(record.headers())
        .containsOnly(
            Map.entry("chirpstack.feed", recorded.feed().id()),
            Map.entry("chirpstack.kind", recorded.kind()),
            Map.entry("chirpstack.api", server.generation().toString()),
            Map.entry("chirpstack.id", recorded.id() == null ? id : recorded.id()));
    assertThat(id.startsWith("d:")).as("is a digest: " + id).isEqualTo(recorded.id() == null);
    recorded.check().accept(value(record));
  }

  private void compareList(
      Feed feed, Map<String, Consumer<Struct>> expected, List<TopicRecord> written) {
    assertThat(written)
        .extracting(TopicRecord::key)
        .containsExactlyInAnyOrderElementsOf(expected.keySet());
    for (TopicRecord record : written) {
      assertThat(record.headers())
          .containsOnly(
              Map.entry("chirpstack.feed", feed.id()),
              Map.entry("chirpstack.api", server.generation().toString()));
      expected.get(record.key()).accept(value(record));
    }
  }

  /** As a consumer with the same converter reads it. */
  private Struct value(TopicRecord record) {
    byte[] bytes = record.text().getBytes(StandardCharsets.UTF_8);
    return (Struct) converter.toConnectData(record.topic(), bytes).value();
  }
}
