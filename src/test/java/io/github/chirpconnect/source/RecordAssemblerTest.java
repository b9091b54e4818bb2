package io.github.chirpconnect.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.chirpconnect.api.Device;
import io.github.chirpconnect.api.Generation;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.record.SourceRecords;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

class RecordAssemblerTest {
  private static final List<String> BUCKET_7 =
      IntStream.range(0, 100_000)
          .mapToObj(i -> String.format("%016x", i))
          .filter(devEui -> Shards.bucketOf(devEui) == 7)
          .limit(3)
          .toList();
  private static final String A = BUCKET_7.get(0);
  private static final String B = BUCKET_7.get(1);

  private final Ledger ledger = new Ledger();
  private final Positions positions = new Positions();
  private final RecordAssembler assembler =
      new RecordAssembler(
          new SourceRecords("chirpstack", () -> Generation.V4, new ManualClock()),
          ledger,
          positions,
          new SourceMetrics(new ManualClock()));

  @Test
  void theLedgerMovesWithTheLastOfItsBucketOnlyWhateverComesBetween() {
    ledger.put(B, "1");
    List<SourceRecord> records =
        assembler.assemble(
            List.of(changed(A, "2"), up(A, "1-0"), new Item.Gone(B), changed(A, "3")));
    assertThat(records.get(0).sourceOffset()).isEqualTo(Map.of("ledger", "1:" + B + "=1"));
    assertThat(records.get(1).sourceOffset()).isEqualTo(Map.of("events", "1:1"));
    assertThat(records.get(2).sourceOffset()).isEqualTo(Map.of("ledger", "1:" + B + "=1"));
    assertThat(records.get(3).sourceOffset()).isEqualTo(Map.of("ledger", "1:" + A + "=3"));
    assertThat(assembler.assemble(List.of(changed(B, "4"))).get(0).sourceOffset())
        .as("the next batch starts from there")
        .isEqualTo(Map.of("ledger", "1:" + A + "=3;" + B + "=4"));
  }

  @Test
  void aDeviceOfWhichNothingWasStreamedTakesOneTombstone() {
    ledger.put(A, "1");
    assertThat(assembler.assemble(List.of(new Item.Gone(A)))).hasSize(1);
    positions.handed(A, LogKind.EVENTS, "1:1");
    assertThat(assembler.assemble(List.of(new Item.Gone(A)))).hasSize(2);
  }

  @Test
  void aLedgerThatHasGrownTooLargeFailsTheTaskInOneSentence() {
    String fingerprint = "x".repeat(Ledger.MAX_BYTES);
    assertThatThrownBy(() -> assembler.assemble(List.of(changed(A, fingerprint))))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("bucket 7");
  }

  private static Item changed(String devEui, String fingerprint) {
    Device device =
        new Device(
            devEui, "", "", null, null, "app", "", null, null, null, null, null, null, Map.of());
    return new Item.Changed(device, fingerprint);
  }

  private static Item up(String devEui, String id) {
    return new Item.Entry(new ReplayFilter.Passed(Logs.up(devEui, id), null, "1:1"));
  }
}
