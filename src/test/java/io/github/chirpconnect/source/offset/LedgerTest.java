package io.github.chirpconnect.source.offset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.source.Buckets;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.json.JsonConverter;
import org.junit.jupiter.api.Test;

class LedgerTest {
  private static final String EUI = "0101010101010101";
  private static final String TOPIC = "chirpstack.devices";
  private static final int BUCKET = Shards.bucketOf(EUI);

  @Test
  void survivesARestart() {
    Ledger again = loaded(ledger().put(EUI, "1:ab=/+", TOPIC));
    assertThat(again.present()).containsExactly(Map.entry(EUI, "1:ab=/+"));
    again = loaded(again.gone(EUI, Instant.ofEpochMilli(71)));
    assertThat(again.present()).isEmpty();
    assertThat(again.departed()).containsExactly(Map.entry(EUI, Instant.ofEpochMilli(71)));
    again.forget(EUI);
    String other = Buckets.devices(BUCKET, 2).get(0);
    assertThat(again.put(other, "x", TOPIC))
        .containsEntry("ledger", "1:")
        .containsEntry("since", other + "=x");
  }

  @Test
  void theTextIsStable() {
    assertThat(ledger().put(EUI, "1:ab", TOPIC))
        .isEqualTo(
            Map.of(
                "ledger", "1:", "since", "0101010101010101=1:ab", "topic", "chirpstack.devices"));
    Ledger ledger = loaded(Map.of("ledger", "1:" + EUI + "=1:ab"));
    assertThat(ledger.put(EUI, "1:cd", TOPIC))
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
    Ledger former = new Ledger(Feed.DEVICES, "former.devices", true);
    Ledger ledger = loaded(former.put(EUI, "1:ab", "former.devices"));
    assertThat(ledger.formerPattern()).isEqualTo("former.devices");
    assertThat(ledger.present()).as("known, and to be written").containsExactly(Map.entry(EUI, ""));
    assertThat(loaded(ledger.put(EUI, "1:ab", TOPIC)).formerPattern()).as("reported once").isNull();
    ledger = loaded(former.gone(EUI, Instant.ofEpochMilli(71)));
    assertThat(ledger.departed()).containsKey(EUI);
    assertThat(ledger.formerPattern()).as("nothing has to be written").isNull();
  }

  @Test
  void whereItWasIsKeptUntilItIsWrittenAnew() {
    Ledger ledger = loaded(new Ledger(Feed.DEVICES, "former", true).put(EUI, "1", "former"));
    assertThat(ledger.lastTopic(EUI)).as("where its deletion belongs").contains("former");
    assertThat(ledger.presentTopic(EUI)).as("nothing has moved").isEmpty();
    String other = Buckets.devices(BUCKET, 2).get(0);
    Ledger again = loaded(ledger.put(other, "2", TOPIC));
    assertThat(again.lastTopic(EUI)).as("a crash between").contains("former");
    assertThat(again.present()).containsEntry(EUI, "").containsEntry(other, "2");
    Map<String, String> gone = again.gone(EUI, Instant.ofEpochMilli(71));
    assertThat(loaded(gone).lastTopic(EUI)).contains("former");
    assertThat(loaded(gone).goneAt(EUI)).contains(Instant.ofEpochMilli(71));
    again.put(EUI, "3", TOPIC);
    again.forget(other);
    assertThat(again.offset(EUI)).as("nothing of it is left").doesNotContainKey("topics");
  }

  @Test
  void eachEntityHasItsTopicWhereTheyHaveTopicsOfTheirOwn() {
    List<String> devEuis = Buckets.devices(7, 3);
    Ledger ledger = byTenant();
    ledger.put(devEuis.get(0), "a", "t1.devices");
    ledger.put(devEuis.get(1), "b", "t2.devices");
    Map<String, String> offset = ledger.put(devEuis.get(2), "c", "t1.devices");
    assertThat(offset)
        .containsEntry("topic", "${tenant_id}.devices")
        .containsEntry("topics", "t1.devices;t2.devices");
    assertThat(offset.get("since"))
        .isEqualTo(
            "%s=a@0;%s=b@1;%s=c@0".formatted(devEuis.get(0), devEuis.get(1), devEuis.get(2)));
    LedgerShape.INSTANCE.check(LedgerShape.partition(Feed.DEVICES, 7), offset);

    Ledger again = byTenant();
    again.load(7, offset);
    assertThat(again.formerPattern()).isNull();
    assertThat(again.present())
        .isEqualTo(Map.of(devEuis.get(0), "a", devEuis.get(1), "b", devEuis.get(2), "c"));
    assertThat(again.presentTopic(devEuis.get(1))).contains("t2.devices");
    Map<String, String> moved = again.put(devEuis.get(1), "b", "t3.devices");
    assertThat(moved).containsEntry("topics", "t1.devices;t2.devices;t3.devices");
    again = byTenant();
    again.load(7, moved);
    assertThat(again.presentTopic(devEuis.get(1))).contains("t3.devices");
    again.gone(devEuis.get(1), Instant.ofEpochMilli(71));
    assertThat(again.presentTopic(devEuis.get(1))).isEmpty();
    assertThat(again.lastTopic(devEuis.get(1))).contains("t3.devices");
    again.forget(devEuis.get(0));
    assertThat(again.offset(devEuis.get(0)).get("topics").split(";"))
        .as("what nobody is in is left out")
        .containsExactlyInAnyOrder("t1.devices", "t3.devices");
  }

  /** What an operator wrote, or a rule that is another one now. */
  @Test
  void anEntityWhoseTopicIsNotKnownIsWrittenAnew() {
    Ledger ledger = byTenant();
    ledger.load(BUCKET, Map.of("ledger", "1:" + EUI + "=a"));
    assertThat(ledger.present()).containsExactly(Map.entry(EUI, ""));
    assertThat(ledger.lastTopic(EUI)).isEmpty();

    ledger.load(BUCKET, Map.of("ledger", "1:" + EUI + "=a", "topic", TOPIC));
    assertThat(ledger.present()).containsExactly(Map.entry(EUI, ""));
    assertThat(ledger.lastTopic(EUI)).contains(TOPIC);
    assertThat(ledger.formerPattern()).isEqualTo(TOPIC);

    Ledger one = ledger();
    one.load(
        BUCKET,
        Map.of(
            "ledger",
            "1:" + EUI + "=a@0",
            "topic",
            "${tenant_id}.devices",
            "topics",
            "t1.devices"));
    assertThat(one.present()).containsExactly(Map.entry(EUI, ""));
    assertThat(one.lastTopic(EUI)).contains("t1.devices");
    assertThat(one.formerPattern()).isEqualTo("${tenant_id}.devices");
  }

  /** 100,000 devices, each in an application of its own with the longest of names. */
  @Test
  void staysSmallWithATopicForEachDevice() {
    Ledger ledger = byTenant();
    List<String> devEuis = Buckets.devices(7, 391);
    for (int walk = 0; walk < 2; walk++) {
      for (int i = 0; i < devEuis.size(); i++) {
        String topic = "t" + "x".repeat(240) + (1_000 + i) + "." + walk;
        Map<String, String> offset = ledger.put(devEuis.get(i), "2abcdefghijk", topic);
        assertThat(offset.values().stream().mapToInt(String::length).sum())
            .isLessThan(Ledger.MAX_BYTES);
      }
    }
  }

  /** New ones, changes, moves, deletions and what is forgotten, across many renewals. */
  @Test
  void eachOffsetHoldsAllThatWasHandedOver() {
    for (boolean isOneTopic : List.of(true, false)) {
      String pattern = isOneTopic ? TOPIC : "${tenant_id}.devices";
      Ledger ledger = new Ledger(Feed.DEVICES, pattern, isOneTopic);
      Map<String, String> present = new HashMap<>();
      List<String> devEuis = Buckets.devices(BUCKET, 600);
      Random random = new Random(1);
      for (int i = 0; i < 3_000; i++) {
        // At first nearly all are new.
        String id = devEuis.get(random.nextInt(Math.min(600, 50 + i)));
        if (random.nextInt(500) == 0) {
          ledger.forget(id);
          present.remove(id);
          continue;
        }
        Map<String, String> offset;
        if (random.nextInt(50) == 0) {
          offset = ledger.gone(id, Instant.ofEpochMilli(i));
          present.remove(id);
        } else {
          offset = ledger.put(id, "2" + i, isOneTopic ? TOPIC : "t" + i % 5 + ".devices");
          present.put(id, "2" + i);
        }
        Ledger again = new Ledger(Feed.DEVICES, pattern, isOneTopic);
        again.load(BUCKET, offset);
        assertThat(again.present()).isEqualTo(present);
        assertThat(again.presentTopic(id)).isEqualTo(ledger.presentTopic(id));
      }
    }
  }

  private static Ledger byTenant() {
    return new Ledger(Feed.DEVICES, "${tenant_id}.devices", false);
  }

  private static Ledger ledger() {
    return new Ledger(Feed.DEVICES, TOPIC, true);
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
    assertThatThrownBy(() -> ledger.put(EUI, "x".repeat(Ledger.MAX_BYTES), TOPIC))
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

  @Test
  void refusesTopicsThatAreNone() {
    Map<String, String> offset = new HashMap<>(Map.of("ledger", "1:" + EUI + "=x@1"));
    assertThatThrownBy(() -> LedgerText.parse(BUCKET, offset))
        .hasMessageContaining("'@1' in a ledger is beyond the 0 topics");
    offset.put("topics", "a");
    assertThatThrownBy(() -> LedgerText.parse(BUCKET, offset)).hasMessageContaining("the 1 topics");
    offset.put("topics", "a;b c");
    assertThatThrownBy(() -> LedgerText.parse(BUCKET, offset))
        .hasMessageContaining("'b c' in topics is no name of a topic");
    offset.put("topics", "a;b");
    offset.put("ledger", "1:" + EUI + "=x@-1");
    assertThatThrownBy(() -> LedgerText.parse(BUCKET, offset)).hasMessageContaining("'@-1'");
    offset.put("ledger", "1:" + EUI + "=x@?");
    assertThatThrownBy(() -> LedgerText.parse(BUCKET, offset))
        .hasMessageContaining("'@?' in a ledger is no place in topics");
    assertThatThrownBy(
            () -> LedgerShape.INSTANCE.check(LedgerShape.partition(Feed.DEVICES, BUCKET), offset))
        .isInstanceOf(ConnectException.class);
  }

  private static void parse(int bucket, String text) {
    LedgerText.parse(bucket, Map.of("ledger", text));
  }
}
