package io.github.chirpconnect.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
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
    Ledger ledger = new Ledger();
    ledger.put(EUI, "1:ab=/+");
    Ledger again = new Ledger();
    again.load(BUCKET, ledger.offset(BUCKET).get(Ledger.LEDGER));
    assertThat(again.devices()).containsExactly(Map.entry(EUI, "1:ab=/+"));
    again.remove(EUI);
    assertThat(again.offset(BUCKET)).isEqualTo(Map.of("ledger", "1:"));
  }

  @Test
  void theTextIsStable() {
    Ledger ledger = new Ledger();
    ledger.put(EUI, "1:ab");
    assertThat(ledger.offset(BUCKET)).isEqualTo(Map.of("ledger", "1:0101010101010101=1:ab"));
    assertThat(Ledger.partition(7)).isEqualTo(Map.of("feed", "devices", "bucket", "7"));
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
  void aTaskReadsItsOwnBucketsOnly() {
    assertThat(Ledger.partitions(new Shards(1, 128)))
        .containsExactly(Ledger.partition(1), Ledger.partition(129));
  }

  @Test
  void refusesToOutgrowWhatKafkaTakes() {
    Ledger ledger = new Ledger();
    ledger.put(EUI, "x".repeat(Ledger.MAX_BYTES));
    assertThatThrownBy(() -> ledger.offset(BUCKET))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("bucket " + BUCKET)
        .hasMessageContaining("chirpstack.application.ids");
  }

  @Test
  void refusesWhatItDidNotWrite() {
    assertThatThrownBy(() -> Ledger.parse(BUCKET, "2:"))
        .hasMessageContaining("does not start with 1:");
    assertThatThrownBy(() -> Ledger.parse(BUCKET, "1:" + EUI)).hasMessageContaining(EUI);
    assertThatThrownBy(() -> Ledger.parse(BUCKET + 1, "1:" + EUI + "=x"))
        .hasMessageContaining("belongs to bucket " + BUCKET);
  }
}
