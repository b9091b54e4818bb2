package io.github.chirpconnect.source.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.api.Entity;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.metrics.SourceMetrics;
import io.github.chirpconnect.record.RecordFactory;
import io.github.chirpconnect.source.Buckets;
import io.github.chirpconnect.source.StoredOffsets;
import io.github.chirpconnect.source.handover.Handed;
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

class EntityEmitterTest {
  private static final List<String> BUCKET_7 = Buckets.devices(7, 2);
  private static final String A = BUCKET_7.get(0);
  private static final String B = BUCKET_7.get(1);
  private static final String TOPIC = "chirpstack.devices";
  private static final Instant AT = Instant.ofEpochMilli(71);

  private final Ledger ledger = new Ledger(Feed.DEVICES, TOPIC, true);
  private final Positions positions = new Positions(new StoredOffsets(Map.of(), Map.of()));
  private final EntityEmitter emitter =
      new EntityEmitter(
          Feed.DEVICES,
          new RecordFactory("chirpstack", () -> Generation.V4, new ManualClock(), Long.MAX_VALUE),
          ledger,
          positions,
          Set.of(),
          new ManualClock(),
          new SourceMetrics(new ManualClock(), new ManualClock()));

  @Test
  void eachRecordCarriesWhatWasHandedOverUpToItself() {
    ledger.put(B, "1", TOPIC);
    List<SourceRecord> records =
        handOver(
            emitter.changed(entity(A), "2"), emitter.gone(B, AT), emitter.changed(entity(A), "3"));
    assertThat(records.get(0).sourceOffset()).isEqualTo(ledgerOf("1:", B + "=1;" + A + "=2"));
    assertThat(records.get(1).sourceOffset())
        .isEqualTo(ledgerOf("1:", B + "=1;" + A + "=2;" + B + "=-1z"));
    assertThat(records.get(2).sourceOffset())
        .isEqualTo(ledgerOf("1:", B + "=1;" + A + "=2;" + B + "=-1z;" + A + "=3"));
  }

  /** Whichever of them is the last that reaches Kafka, a restart knows those before it. */
  @Test
  void anyRecordOfALargeBatchCanBeTheLastThatIsStored() {
    List<String> devEuis = Buckets.devices(7, 300);
    List<SourceRecord> records = handOver(changed(devEuis));
    for (int i = 0; i < records.size(); i++) {
      Ledger stored = new Ledger(Feed.DEVICES, TOPIC, true);
      stored.load(7, records.get(i).sourceOffset());
      assertThat(stored.present().keySet())
          .containsExactlyInAnyOrderElementsOf(devEuis.subList(0, i + 1));
    }
  }

  /** A first walk hands over a whole network; what the offsets hold is shared between records. */
  @Test
  void aLargeBatchIsCheap() {
    Set<Object> texts = Collections.newSetFromMap(new IdentityHashMap<>());
    long bytes = 0;
    int whole = 0;
    for (SourceRecord record : handOver(changed(Buckets.devices(7, 300)))) {
      for (Object text : record.sourceOffset().values()) {
        bytes += texts.add(text) ? text.toString().length() : 0;
        whole = Math.max(whole, text.toString().length());
      }
    }
    assertThat(bytes).as("in %s bytes of ledger", whole).isLessThan(300L * 1_500 + 12L * whole);
  }

  @Test
  void aDeviceThatIsGoneTakesOneTombstoneAndItsPositionIsKept() {
    positions.delivered(A, LogKind.EVENTS, EntryIdText.read("1:1"));
    assertThat(handOver(emitter.gone(A, AT)))
        .singleElement()
        .satisfies(
            record -> {
              assertThat(record.value()).isNull();
              assertThat(record.sourceOffset()).isEqualTo(ledgerOf("1:", A + "=-1z"));
            });
    assertThat(positions.delivered(A, LogKind.FRAMES, EntryIdText.read("1:2")))
        .containsEntry("events", "1:1");
  }

  @Test
  void aDeviceThatIsForgottenTakesATombstoneForItsPositionIfThereIsOne() {
    ledger.gone(A, AT);
    ledger.gone(B, AT);
    positions.delivered(A, LogKind.EVENTS, EntryIdText.read("1:1"));
    assertThat(handOver(emitter.forgotten(A), emitter.forgotten(B)))
        .singleElement()
        .satisfies(
            record -> {
              assertThat(record.key()).isEqualTo(A);
              assertThat(record.value()).isNull();
              assertThat(record.sourcePartition()).isEqualTo(Map.of("dev_eui", A));
              assertThat(record.sourceOffset()).isNull();
            });
    String other = Buckets.devices(7, 3).get(2);
    assertThat(handOver(emitter.changed(entity(other), "1")).get(0).sourceOffset())
        .as("the bucket's next record says so")
        .isEqualTo(ledgerOf("1:", other + "=1"));
  }

  @Test
  void aLedgerThatHasGrownTooLargeFailsTheTaskInOneSentence() {
    String fingerprint = "x".repeat(Ledger.MAX_BYTES);
    assertThatThrownBy(() -> handOver(emitter.changed(entity(A), fingerprint)))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("Bucket 7 of the feed devices")
        .hasMessageContaining("chirpstack.application.ids");
  }

  private Handed[] changed(List<String> devEuis) {
    return devEuis.stream()
        .map(devEui -> emitter.changed(entity(devEui), "fingerprint"))
        .toArray(Handed[]::new);
  }

  private static List<SourceRecord> handOver(Handed... items) {
    List<SourceRecord> batch = new ArrayList<>();
    for (Handed item : items) {
      item.addTo(batch);
    }
    return batch;
  }

  private static Map<String, String> ledgerOf(String text, String since) {
    return Map.of("ledger", text, "since", since, "topic", "chirpstack.devices");
  }

  private static Entity entity(String devEui) {
    ObjectNode body =
        JsonNodeFactory.instance.objectNode().put("devEui", devEui).put("applicationId", "app");
    return new Entity(Feed.DEVICES, devEui, Place.NONE, null, body);
  }
}
