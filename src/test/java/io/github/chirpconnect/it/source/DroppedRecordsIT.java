package io.github.chirpconnect.it.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.chirpconnect.harness.connect.ConnectWorker;
import io.github.chirpconnect.harness.kafka.KafkaBroker;
import io.github.chirpconnect.harness.kafka.TopicRecord;
import io.github.chirpconnect.it.Logs;
import io.github.chirpconnect.it.MeasuredRows;
import io.github.chirpconnect.it.SmallNetwork;
import io.github.chirpconnect.it.SourceUnderTest;
import io.github.chirpconnect.simulator.SimulatedServer;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.codec.LabCodec;
import io.github.chirpconnect.simulator.redis.History;
import io.github.chirpconnect.source.offset.Shards;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * With exactly-once support, records that a filter drops, or that a transform fails at and that are
 * tolerated. Connect stores no offset of those. What was delivered beside them must not come again.
 */
@Timeout(180)
@ParameterizedClass
@EnumSource
class DroppedRecordsIT {
  /** In one bucket of the ledger, so that they share an offset. */
  private static final List<String> DEVICES =
      LongStream.range(0x0a0b_0c0d_0000_0001L, Long.MAX_VALUE)
          .mapToObj(HexFormat.of()::toHexDigits)
          .filter(devEui -> Shards.bucketOf(devEui) == 7)
          .limit(10)
          .toList();

  private static ConnectWorker worker;

  @Parameter SimulatedServer server;

  @BeforeAll
  static void startWorker() {
    worker = ConnectWorker.on(KafkaBroker.shared()).exactlyOnce().start();
  }

  @AfterAll
  static void stopWorker() {
    worker.close();
  }

  @Test
  void whatWasDeliveredBesideThemDoesNotComeAgain() {
    try (Simulator chirpStack = server.builder().empty().start();
        SourceUnderTest source =
            new SourceUnderTest(worker, chirpStack)
                .readCommitted()
                .with("exactly.once.support", "required")
                .with("feeds", "devices")
                .with("poll.linger.ms", "900")
                .with("errors.tolerance", "all")
                .with("transforms", "number,live")
                .with("transforms.number.type", "org.apache.kafka.connect.transforms.Cast$Value")
                .with("transforms.number.spec", "description:int32")
                .with("transforms.live.type", "org.apache.kafka.connect.transforms.Filter")
                .with("transforms.live.predicate", "tombstone")
                .with("predicates", "tombstone")
                .with(
                    "predicates.tombstone.type",
                    "org.apache.kafka.connect.transforms.predicates.RecordIsTombstone")) {
      SmallNetwork network = new SmallNetwork(chirpStack, 0);
      DEVICES.forEach(network::addDevice);
      String last = DEVICES.get(9);
      DEVICES.forEach(devEui -> describe(chirpStack, devEui, devEui.equals(last) ? "none" : "1"));
      source.start();
      source.await("all but the last", all -> all.size() == 9);
      source.restart();
      source.awaitTwoWalks();
      assertThat(source.records()).as("dropped by a transform that fails").hasSize(9);

      String changed = DEVICES.get(0);
      source.client().pause(source.name());
      Awaitility.await("the pause")
          .atMost(SourceUnderTest.PATIENCE)
          .until(() -> source.client().status(source.name()).is("PAUSED", 1));
      describe(chirpStack, changed, "2");
      chirpStack.network().deleteDevice(DEVICES.get(5));
      source.awaitTwoWalks();
      source.client().resume(source.name());
      source.await("the change, in a batch with a tombstone", all -> all.size() == 10);
      source.restart();
      source.awaitTwoWalks();
      assertThat(source.records())
          .as("dropped by a filter")
          .hasSize(10)
          .noneMatch(TopicRecord::isTombstone)
          .last()
          .extracting(TopicRecord::key)
          .isEqualTo(changed);
    }
  }

  /**
   * The last record of each uplink is dropped, and with it the offset that says that it is over.
   */
  @Test
  void whatOfAnUplinkWasDeliveredDoesNotComeAgain() {
    assumeThat(server.hasStreams()).isTrue();
    try (Simulator chirpStack = server.builder().empty().history(History.exactly(100)).start();
        SourceUnderTest source =
            new SourceUnderTest(worker, chirpStack)
                .readCommitted()
                .with("exactly.once.support", "required")
                .with("feeds", "device-events,measurements")
                .with("measurements.include", "humidity,label")
                .with("errors.tolerance", "all")
                .with("transforms", "number")
                .with("transforms.number.type", "org.apache.kafka.connect.transforms.Cast$Value")
                .with("transforms.number.spec", "text:int32")) {
      SmallNetwork network = new SmallNetwork(chirpStack, 2);
      network.uplinks(2);
      source.start();
      source.await("both devices' rows", all -> MeasuredRows.in(all).size() >= 4);

      source.restart();
      String speaks = network.devEuis().get(0);
      chirpStack.network().uplink(speaks, 10, LabCodec.payload(20, 40));
      source.await("the new row", all -> MeasuredRows.in(all).size() >= 5);
      source.awaitTwoWalks();
      List<TopicRecord> records = source.records();
      assertThat(Logs.byDevice(Logs.in(records))).isEqualTo(Logs.byDevice(held(chirpStack)));
      assertThat(MeasuredRows.counted(MeasuredRows.in(records)))
          .isEqualTo(
              MeasuredRows.counted(
                  MeasuredRows.of(chirpStack).stream()
                      .filter(row -> row.name().equals("humidity"))
                      .toList()));
    }
  }

  private static List<Logs.Entry> held(Simulator chirpStack) {
    return Logs.of(chirpStack).stream()
        .filter(entry -> !entry.topic().equals("device.frames"))
        .toList();
  }

  private static void describe(Simulator chirpStack, String devEui, String description) {
    chirpStack.network().updateDevice(devEui, device -> device.setDescription(description));
  }
}
