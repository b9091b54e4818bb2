package io.github.chirpconnect.source.offset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
    Ledger ledger = ledger();
    ledger.put(EUI, "1:ab=/+");
    Ledger again = again(ledger);
    assertThat(again.devices()).containsExactly(Map.entry(EUI, "1:ab=/+"));
    again.gone(EUI, Instant.ofEpochMilli(71));
    again = again(again);
    assertThat(again.devices()).isEmpty();
    assertThat(again.departed()).containsExactly(Map.entry(EUI, Instant.ofEpochMilli(71)));
    again.forget(EUI);
    assertThat(again.text(BUCKET)).isEqualTo("1:");
  }

  @Test
  void theTextIsStable() {
    Ledger ledger = ledger();
    ledger.put(EUI, "1:ab");
    assertThat(offset(ledger))
        .isEqualTo(Map.of("ledger", "1:0101010101010101=1:ab", "topic", "chirpstack.devices"));
    assertThat(Ledger.partition(7)).isEqualTo(Map.of("feed", "devices", "bucket", "7"));
  }

  @Test
  void whatCameSinceCounts() {
    Ledger ledger = ledger();
    ledger.load(BUCKET, Map.of("ledger", "1:" + EUI + "=a", "since", EUI + "=b;" + EUI + "=c"));
    assertThat(ledger.devices()).containsExactly(Map.entry(EUI, "c"));
    ledger.load(BUCKET, Map.of("ledger", "1:", "since", EUI + "=-1z"));
    assertThat(ledger.devices()).isEmpty();
    assertThat(Ledger.present(BUCKET, Map.of("ledger", "1:" + EUI + "=a"))).containsExactly(EUI);
    assertThat(Ledger.present(BUCKET, Map.of("ledger", "1:" + EUI + "=-1z"))).isEmpty();
  }

  @Test
  void inAnotherTopicNothingIsThereYet() {
    Ledger former = new Ledger("former.devices");
    former.put(EUI, "1:ab");
    Ledger ledger = ledger();
    ledger.load(BUCKET, offset(former));
    assertThat(ledger.formerTopic()).isEqualTo("former.devices");
    assertThat(ledger.devices()).as("known, and to be written").containsExactly(Map.entry(EUI, ""));
    assertThat(again(ledger).formerTopic()).as("said once").isNull();
    former.gone(EUI, Instant.ofEpochMilli(71));
    ledger = ledger();
    ledger.load(BUCKET, offset(former));
    assertThat(ledger.departed()).containsKey(EUI);
    assertThat(ledger.formerTopic()).as("nothing has to be written").isNull();
  }

  private static Ledger ledger() {
    return new Ledger("chirpstack.devices");
  }

  private static Map<String, String> offset(Ledger ledger) {
    return ledger.offset(BUCKET, ledger.text(BUCKET), "");
  }

  private static Ledger again(Ledger ledger) {
    Ledger again = ledger();
    again.load(BUCKET, offset(ledger));
    return again;
  }

  /** Connect looks a partition up by these bytes. */
  @Test
  void aPartitionIsTheSameTextInEachProcess() {
    try (JsonConverter keys = new JsonConverter()) {
      keys.configure(Map.of("schemas.enable", "false"), true);
      byte[] key = keys.fromConnectData("", null, Ledger.partition(7));
      assertThat(new String(key, StandardCharsets.UTF_8))
          .isEqualTo("{\"bucket\":\"7\",\"feed\":\"devices\"}");
      assertThat(keys.fromConnectData("", null, keys.toConnectData("", key).value()))
          .as("as Connect writes what a user sets")
          .isEqualTo(key);
    }
    // The order of Map.of is another in each process, which one process cannot see.
    assertThat(Ledger.partition(7)).isExactlyInstanceOf(HashMap.class);
  }

  @Test
  void refusesToOutgrowWhatKafkaTakes() {
    Ledger ledger = ledger();
    ledger.put(EUI, "x".repeat(Ledger.MAX_BYTES));
    assertThatThrownBy(() -> offset(ledger))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("bucket " + BUCKET)
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
    assertThatThrownBy(() -> Ledger.parse(BUCKET, Map.of("topic", "x")))
        .hasMessageContaining("ledger must be a string");
  }

  private static void parse(int bucket, String text) {
    Ledger.parse(bucket, Map.of("ledger", text));
  }
}
