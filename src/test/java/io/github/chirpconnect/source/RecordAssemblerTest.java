package io.github.chirpconnect.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.chirpconnect.api.Device;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.record.RecordFactory;
import io.github.chirpconnect.source.handover.Handed;
import io.github.chirpconnect.source.log.ReplayFilter;
import io.github.chirpconnect.source.offset.EntryIdText;
import io.github.chirpconnect.source.offset.Ledger;
import io.github.chirpconnect.source.offset.Positions;
import io.github.chirpconnect.testing.ManualClock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

class RecordAssemblerTest {
  private static final List<String> BUCKET_7 = Buckets.devices(7, 2);
  private static final String A = BUCKET_7.get(0);
  private static final String B = BUCKET_7.get(1);

  private static final Instant AT = Instant.ofEpochMilli(71);

  private final Ledger ledger = new Ledger("chirpstack.devices");
  private final Positions positions = new Positions();
  private final RecordAssembler assembler =
      new RecordAssembler(
          new RecordFactory("chirpstack", () -> Generation.V4, new ManualClock(), Long.MAX_VALUE),
          ledger,
          positions,
          new SourceMetrics(new ManualClock(), new ManualClock()));

  @Test
  void eachRecordCarriesWhatWasHandedOverUpToItselfWhateverComesBetween() {
    ledger.put(B, "1");
    List<SourceRecord> records =
        assembler.assemble(
            List.of(changed(A, "2"), up(A, "1-0"), new Handed.Gone(B, AT), changed(A, "3")));
    assertThat(records.get(0).sourceOffset()).isEqualTo(ledgerOf("1:" + B + "=1", A + "=2"));
    assertThat(records.get(1).sourceOffset()).isEqualTo(Map.of("events", "1:1"));
    assertThat(records.get(2).sourceOffset())
        .isEqualTo(ledgerOf("1:" + B + "=1", A + "=2;" + B + "=-1z"));
    assertThat(records.get(3).sourceOffset())
        .as("the last one in one piece")
        .isEqualTo(ledgerOf("1:" + A + "=3;" + B + "=-1z"));
    assertThat(assembler.assemble(List.of(changed(B, "4"))).get(0).sourceOffset())
        .as("the next batch starts from there")
        .isEqualTo(ledgerOf("1:" + A + "=3;" + B + "=4"));
  }

  /** Whichever of them is the last that reaches Kafka, a restart knows those before it. */
  @Test
  void anyRecordOfALargeBatchCanBeTheLastThatIsStored() {
    List<String> devEuis = Buckets.devices(7, 300);
    List<Handed> items = new ArrayList<>();
    devEuis.forEach(devEui -> items.add(changed(devEui, "fingerprint")));
    List<SourceRecord> records = assembler.assemble(items);
    for (int i = 0; i < records.size(); i++) {
      Ledger stored = new Ledger("chirpstack.devices");
      stored.load(7, records.get(i).sourceOffset());
      assertThat(stored.devices().keySet())
          .containsExactlyInAnyOrderElementsOf(devEuis.subList(0, i + 1));
    }
  }

  /** A first walk hands over a whole network; what the offsets hold is shared between records. */
  @Test
  void aLargeBatchIsCheap() {
    List<Handed> items = new ArrayList<>();
    Buckets.devices(7, 300).forEach(devEui -> items.add(changed(devEui, "fingerprint")));
    Set<Object> texts = Collections.newSetFromMap(new IdentityHashMap<>());
    long bytes = 0;
    for (SourceRecord record : assembler.assemble(items)) {
      for (Object text : record.sourceOffset().values()) {
        bytes += texts.add(text) ? text.toString().length() : 0;
      }
    }
    int whole = ledger.text(7).length();
    assertThat(bytes).as("in %s bytes of ledger", whole).isLessThan(300L * 1_500 + 12L * whole);
  }

  @Test
  void aDeviceThatIsGoneTakesOneTombstoneAndItsPositionIsKept() {
    ledger.put(A, "1");
    positions.delivered(A, LogKind.EVENTS, EntryIdText.read("1:1"));
    assertThat(assembler.assemble(List.of(new Handed.Gone(A, AT))))
        .singleElement()
        .satisfies(
            record -> assertThat(record.sourceOffset()).isEqualTo(ledgerOf("1:" + A + "=-1z")));
    assertThat(positions.read(A, LogKind.EVENTS).isEmpty()).isTrue();
    assertThat(positions.delivered(A, LogKind.FRAMES, EntryIdText.read("1:2")))
        .containsEntry("events", "1:1");
  }

  @Test
  void aDeviceThatIsForgottenTakesATombstoneForItsPositionIfThereIsOne() {
    ledger.gone(A, AT);
    ledger.gone(B, AT);
    positions.delivered(A, LogKind.EVENTS, EntryIdText.read("1:1"));
    List<SourceRecord> records =
        assembler.assemble(List.of(new Handed.Forgotten(A), new Handed.Forgotten(B)));
    assertThat(records)
        .singleElement()
        .satisfies(
            record -> {
              assertThat(record.key()).isEqualTo(A);
              assertThat(record.value()).isNull();
              assertThat(record.sourcePartition()).isEqualTo(Map.of("dev_eui", A));
              assertThat(record.sourceOffset()).isNull();
            });
    assertThat(ledger.text(7)).isEqualTo("1:");
  }

  @Test
  void aLedgerThatHasGrownTooLargeFailsTheTaskInOneSentence() {
    String fingerprint = "x".repeat(Ledger.MAX_BYTES);
    assertThatThrownBy(() -> assembler.assemble(List.of(changed(A, fingerprint))))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("bucket 7");
  }

  private static Map<String, String> ledgerOf(String text) {
    return Map.of("ledger", text, "topic", "chirpstack.devices");
  }

  private static Map<String, String> ledgerOf(String text, String since) {
    return Map.of("ledger", text, "since", since, "topic", "chirpstack.devices");
  }

  private static Handed changed(String devEui, String fingerprint) {
    Device device =
        new Device(
            devEui, "", "", null, null, "app", "", null, null, null, null, null, null, Map.of());
    return new Handed.Changed(device, fingerprint);
  }

  private static Handed up(String devEui, String id) {
    return new Handed.Entry(
        new ReplayFilter.Passed(Logs.up(devEui, id), null, EntryIdText.read("1:1")));
  }
}
