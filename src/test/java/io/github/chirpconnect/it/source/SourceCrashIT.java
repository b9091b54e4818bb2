package io.github.chirpconnect.it.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.harness.connect.ConnectWorker;
import io.github.chirpconnect.harness.kafka.KafkaBroker;
import io.github.chirpconnect.harness.kafka.TopicRecord;
import io.github.chirpconnect.it.Logs;
import io.github.chirpconnect.it.MeasuredRows;
import io.github.chirpconnect.it.ServersWithStreams;
import io.github.chirpconnect.it.SourceUnderTest;
import io.github.chirpconnect.simulator.SimulatedServer;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.redis.History;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worker is killed while a network is talking, and is started again. The server's history
 * covers the outage, so nothing is lost. What is doubled is what had been written since the last
 * commit of offsets, at most; with exactly-once support, nothing. So it is with the rows that are
 * made of uplinks.
 */
@Timeout(240)
@ServersWithStreams
class SourceCrashIT {
  private static final Logger LOG = LoggerFactory.getLogger(SourceCrashIT.class);
  private static final int APPLICATIONS = 4;

  /**
   * A device's turn at a v3 server ends when it is quiet for 0.4 s: there are 0.8 s between two.
   */
  private static final double UPLINKS_PER_SECOND_OF_A_DEVICE = 1.25;

  private static final String FEEDS = SourceUnderTest.ALL_FEEDS + ",tenants,gateways,measurements";
  private static final String RENAMED = "renamed while nobody looked";

  private final Simulator chirpStack;
  private final double uplinksPerSecond;

  /** Nothing is in it, so that no other record has its name. */
  private final String emptyTenant;

  private final String gateway;

  SourceCrashIT(SimulatedServer server) {
    int devices =
        switch (server.generation()) {
          // More than streams, so that they take turns, but not so many that a round takes long.
          case V3 -> 3;
          case V4 -> 12;
        };
    chirpStack =
        server
            .builder()
            .devicesPerApplication(devices)
            .history(History.exactly(2_000))
            .pace(Duration.ofMillis(100))
            .start();
    uplinksPerSecond = UPLINKS_PER_SECOND_OF_A_DEVICE * devices * APPLICATIONS;
    emptyTenant = chirpStack.network().addTenant("gamma", Map.of());
    gateway = chirpStack.network().gatewayIds().get(1);
  }

  @Test
  void nothingIsLostAndOnlyWhatWasNotCommittedIsDoubled() {
    try (chirpStack;
        ConnectWorker worker =
            ConnectWorker.on(KafkaBroker.shared())
                .offsetFlushInterval(Duration.ofSeconds(2))
                .start();
        SourceUnderTest source = new SourceUnderTest(worker, chirpStack).with("feeds", FEEDS)) {
      talkUntilKilled(worker, source);
      List<Logs.Entry> before = Logs.in(source.records());
      assertThat(before).as("before the kill").doesNotHaveDuplicates();
      Set<Logs.Entry> uncommitted = new HashSet<>(before);
      uncommitted.removeAll(CommittedOffsets.of(worker, source).covered(source.records()));
      assertThat(uncommitted).as("written since the last commit").hasSizeLessThan(before.size());

      rename();
      worker.start();
      resumeAndEnd(source);

      List<Logs.Entry> written = Logs.in(source.records());
      assertThat(new HashSet<>(written)).isEqualTo(new HashSet<>(Logs.of(chirpStack)));
      Set<Logs.Entry> once = new HashSet<>();
      List<Logs.Entry> doubled = written.stream().filter(entry -> !once.add(entry)).toList();
      LOG.info(
          "{} entries written before the kill, {} of them not committed; {} after it, {} doubled",
          before.size(),
          uncommitted.size(),
          written.size() - before.size(),
          doubled.size());
      assertThat(doubled).as("once more at most").doesNotHaveDuplicates();
      assertThat(uncommitted).as("written since the last commit").containsAll(doubled);
      assertThat(Logs.byDevice(written.stream().distinct().toList()))
          .as("in order, as they first came")
          .isEqualTo(Logs.byDevice(Logs.of(chirpStack)));
      assertThat(new HashSet<>(MeasuredRows.in(source.records())))
          .as("rows of each uplink")
          .isEqualTo(new HashSet<>(MeasuredRows.of(chirpStack)));
      assertThat(source.records("devices"))
          .extracting(TopicRecord::key)
          .containsOnlyOnceElementsOf(chirpStack.network().devEuis());
      assertListedOnceAndRenamed(source);
    }
  }

  @Test
  void nothingIsDoubledWithExactlyOnceSupport() {
    try (chirpStack;
        ConnectWorker worker = ConnectWorker.on(KafkaBroker.shared()).exactlyOnce().start();
        SourceUnderTest source =
            new SourceUnderTest(worker, chirpStack)
                .readCommitted()
                .with("feeds", FEEDS)
                .with("exactly.once.support", "required")) {
      talkUntilKilled(worker, source);
      int before = Logs.in(source.records()).size();
      assertThat(before).isPositive();

      rename();
      worker.start();
      resumeAndEnd(source);

      assertThat(Logs.byDevice(Logs.in(source.records())))
          .isEqualTo(Logs.byDevice(Logs.of(chirpStack)));
      assertThat(MeasuredRows.counted(MeasuredRows.in(source.records())))
          .as("rows of each uplink, each once")
          .hasSizeGreaterThan(300)
          .isEqualTo(MeasuredRows.counted(MeasuredRows.of(chirpStack)));
      assertThat(source.records("devices"))
          .extracting(TopicRecord::key)
          .containsExactlyInAnyOrderElementsOf(chirpStack.network().devEuis());
      assertListedOnceAndRenamed(source);
    }
  }

  /** The streams are in full flow, and each device has been committed once at least. */
  private void talkUntilKilled(ConnectWorker worker, SourceUnderTest source) {
    chirpStack.living().tick(200);
    source.start();
    chirpStack.living().start(uplinksPerSecond);
    int backlog = Logs.of(chirpStack).size();
    source.await("more than the backlog", all -> Logs.in(all).size() > backlog + 300);
    Awaitility.await("offsets of each device")
        .atMost(SourceUnderTest.PATIENCE)
        .until(
            () ->
                source.client().offsets(source.name()).stream()
                    .filter(offset -> offset.path("partition").has("dev_eui"))
                    .count(),
            devices -> devices == chirpStack.network().devEuis().size());
    worker.kill();
  }

  /** What changes while the worker is dead. */
  private void rename() {
    chirpStack.network().updateTenant(emptyTenant, tenant -> tenant.setName(RENAMED));
    chirpStack.network().updateGateway(gateway, row -> row.setName(RENAMED));
  }

  /** All was committed before the kill. */
  private void assertListedOnceAndRenamed(SourceUnderTest source) {
    assertOnceAndRenamed(source.records("tenants"), chirpStack.network().tenantIds(), emptyTenant);
    assertOnceAndRenamed(source.records("gateways"), chirpStack.network().gatewayIds(), gateway);
  }

  private static void assertOnceAndRenamed(
      List<TopicRecord> written, List<String> ids, String renamed) {
    List<String> expected = new ArrayList<>(ids);
    expected.add(renamed);
    assertThat(written).extracting(TopicRecord::key).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(written)
        .last()
        .satisfies(
            last -> {
              assertThat(last.key()).isEqualTo(renamed);
              assertThat(last.json().path("name").asText()).isEqualTo(RENAMED);
            });
  }

  /** The network goes on for a while after records come again, then falls silent. */
  private void resumeAndEnd(SourceUnderTest source) {
    int sofar = source.records().size();
    source.await("records after the restart", all -> all.size() > sofar + 300);
    chirpStack.living().stop();
    source.awaitEachEntry();
    source.awaitTwoWalks();
  }
}
