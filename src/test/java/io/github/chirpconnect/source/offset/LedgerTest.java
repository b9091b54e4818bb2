package io.github.chirpconnect.source.offset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.source.Buckets;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.json.JsonConverter;
import org.junit.jupiter.api.Test;

class LedgerTest {
  private static final String EUI = "0101010101010101";
  private static final int BUCKET = Shards.bucketOf(EUI);

  @Test
  void survivesARestart() {
    Ledger again = loaded(ledger().put(EUI, "1:ab=/+"));
    assertThat(again.present()).containsExactly(Map.entry(EUI, "1:ab=/+"));
    again = loaded(again.gone(EUI, Instant.ofEpochMilli(71)));
    assertThat(again.present()).isEmpty();
    assertThat(again.departed()).containsExactly(Map.entry(EUI, Instant.ofEpochMilli(71)));
    again.forget(EUI);
    String other = Buckets.devices(BUCKET, 2).get(0);
    assertThat(again.put(other, "x"))
        .containsEntry("ledger", "1:")
        .containsEntry("since", other + "=x");
  }

  @Test
  void theTextIsStable() {
    assertThat(ledger().put(EUI, "1:ab"))
        .isEqualTo(
            Map.of(
                "ledger", "1:", "since", "0101010101010101=1:ab", "topic", "chirpstack.devices"));
    Ledger ledger = loaded(Map.of("ledger", "1:" + EUI + "=1:ab"));
    assertThat(ledger.put(EUI, "1:cd"))
        .containsEntry("ledger", "1:0101010101010101=1:ab")
        .containsEntry("since", "0101010101010101=1:cd");
    assertThat(LedgerShape.partition(Feed.DEVICES, 7))
        .isEqualTo(Map.of("feed", "devices", "bucket", "7"));
  }

  @Test
  void whatCameSinceCounts() {
    Ledger ledger = ledger();
    ledger.load(BUCKET, Map.of("ledger", "1:" + EUI + "=a", "since", EUI + "=b;" + EUI + "=c"));
    assertThat(ledger.present()).containsExactly(Map.entry(EUI, "c"));
    ledger.load(BUCKET, Map.of("ledger", "1:", "since", EUI + "=-1z"));
    assertThat(ledger.present()).isEmpty();
    assertThat(LedgerShape.present(BUCKET, Map.of("ledger", "1:" + EUI + "=a")))
        .containsExactly(EUI);
    assertThat(LedgerShape.present(BUCKET, Map.of("ledger", "1:" + EUI + "=-1z"))).isEmpty();
  }

  @Test
  void inAnotherTopicNothingIsThereYet() {
    Ledger former = new Ledger(Feed.DEVICES, "former.devices");
    Ledger ledger = loaded(former.put(EUI, "1:ab"));
    assertThat(ledger.formerTopic()).isEqualTo("former.devices");
    assertThat(ledger.present()).as("known, and to be written").containsExactly(Map.entry(EUI, ""));
    assertThat(loaded(ledger.put(EUI, "1:ab")).formerTopic()).as("reported once").isNull();
    ledger = loaded(former.gone(EUI, Instant.ofEpochMilli(71)));
    assertThat(ledger.departed()).containsKey(EUI);
    assertThat(ledger.formerTopic()).as("nothing has to be written").isNull();
  }

  private static Ledger ledger() {
    return new Ledger(Feed.DEVICES, "chirpstack.devices");
  }

  private static Ledger loaded(Map<String, String> offset) {
    Ledger ledger = ledger();
    ledger.load(BUCKET, offset);
    return ledger;
  }

  /** Connect looks a partition up by these bytes. */
  @Test
  void aPartitionIsTheSameTextInEachProcess() {
    try (JsonConverter keys = new JsonConverter()) {
      keys.configure(Map.of("schemas.enable", "false"), true);
      byte[] key = keys.fromConnectData("", null, LedgerShape.partition(Feed.DEVICES, 7));
      assertThat(new String(key, StandardCharsets.UTF_8))
          .isEqualTo("{\"bucket\":\"7\",\"feed\":\"devices\"}");
      assertThat(keys.fromConnectData("", null, keys.toConnectData("", key).value()))
          .as("as Connect writes what a user sets")
          .isEqualTo(key);
    }
    // The order of Map.of is another in each process, which one process cannot see.
    assertThat(LedgerShape.partition(Feed.DEVICES, 7)).isExactlyInstanceOf(HashMap.class);
  }

  @Test
  void refusesToOutgrowWhatKafkaTakes() {
    Ledger ledger = ledger();
    assertThatThrownBy(() -> ledger.put(EUI, "x".repeat(Ledger.MAX_BYTES)))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("Bucket " + BUCKET)
        .hasMessageContaining("chirpstack.application.ids");
  }

  @Test
  void refusesWhatItDidNotWrite() {
    assertThatThrownBy(() -> parse(BUCKET, "2:")).hasMessageContaining("does not start with 1:");
    assertThatThrownBy(() -> parse(BUCKET, "1:" + EUI)).hasMessageContaining(EUI);
    assertThatThrownBy(() -> parse(BUCKET + 1, "1:" + EUI + "=x"))
        .hasMessageContaining("belongs to bucket " + BUCKET);
    assertThatThrownBy(() -> parse(BUCKET, "1:" + EUI + "=-?"))
        .hasMessageContaining("'-?' in a ledger is not - and a time");
    assertThatThrownBy(() -> LedgerText.parse(BUCKET, Map.of("topic", "x")))
        .hasMessageContaining("ledger must be a string");
  }

  private static void parse(int bucket, String text) {
    LedgerText.parse(bucket, Map.of("ledger", text));
  }
}
