package io.github.chirpconnect.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.Downlink;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.api.QueuedDownlink;
import io.github.chirpconnect.api.Target;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The state {@code vanished} of the feed {@code downlinks}, with the feed of the queues. */
class VanishedDownlinksFeedTest {
  private static final String A = "0101010101010101";

  private TaskUnderTest task;

  @BeforeEach
  void setUp() {
    set("device-queues", "downlinks");
  }

  private void set(String... feeds) {
    task = new TaskUnderTest(feeds);
    task.properties.put("device.queue.interval.ms", "10000");
    task.chirpStack.add(A);
    log("up", "\"fCnt\":1");
    log("up", "\"fCnt\":2");
  }

  @Test
  void anItemThatIsFlushedIsToldWithTheNextUplink() {
    task.start();
    QueuedDownlink item = queue();
    run(61);
    task.chirpStack.empty(A);
    assertThat(run(61)).as("no event says so").isEmpty();
    Date missedBefore = new Date(task.time.instant().toEpochMilli());
    String proof = log("up", "\"fCnt\":3");
    List<SourceRecord> rows = run(5);
    assertThat(rows).hasSize(1);
    SourceRecord record = rows.get(0);
    assertThat(record.topic()).isEqualTo("chirpstack.downlinks");
    assertThat(record.key()).isEqualTo(item.id());
    assertThat(record.headers().lastWithName("chirpstack.id").value()).isEqualTo(proof);
    assertThat(record.headers().lastWithName("chirpstack.kind").value()).isEqualTo("up");
    Struct row = (Struct) record.value();
    row.validate();
    assertThat(row.getString("state")).isEqualTo("vanished");
    assertThat(row.getString("id")).isEqualTo(proof);
    assertThat(row.getString("downlink")).isEqualTo(item.id());
    assertThat(row.getString("queue_item_id")).isEqualTo(item.id());
    assertThat(row.getString("certainty")).isEqualTo("certain");
    assertThat(row.getString("dev_eui")).isEqualTo(A);
    assertThat((Date) row.get("time")).isBefore(missedBefore);
    assertThat(row.getString("reason")).contains("no event says why");
    assertThat(task.shows("downlinks-total")).isEqualTo(1);
    log("up", "\"fCnt\":4");
    assertThat(run(60)).as("once").isEmpty();
  }

  @Test
  void theEventComesBeforeItsRowAndBothUnderOneOffset() {
    set("device-events", "device-queues", "downlinks");
    task.start();
    run(5);
    vanish();
    log("up", "\"fCnt\":3");
    List<SourceRecord> records = all(5);
    assertThat(records)
        .extracting(SourceRecord::topic)
        .containsExactly("chirpstack.device.up", "chirpstack.downlinks");
    assertThat(records.get(0).sourceOffset().toString()).contains("events_part");
    assertThat(records.get(1).sourceOffset().toString()).doesNotContain("events_part");
    task.restart();
    assertThat(all(5)).isEmpty();
  }

  /** What was not delivered with its event is not told by the next task, which knows nothing. */
  @Test
  void aRestartBetweenTheEventAndItsRowLosesTheRowAlone() {
    set("device-events", "device-queues", "downlinks");
    task.start();
    run(5);
    vanish();
    log("up", "\"fCnt\":3");
    task.time.advance(Duration.ofSeconds(3));
    List<SourceRecord> records = task.pollWithoutCommit();
    assertThat(records).hasSize(2);
    task.commit(records.subList(0, 1));
    task.restart();
    assertThat(all(5)).isEmpty();
    log("up", "\"fCnt\":4");
    assertThat(all(5)).extracting(SourceRecord::topic).containsExactly("chirpstack.device.up");
  }

  @Test
  void whatIsSentOrDroppedWithAnEventHasNotVanished() {
    task.start();
    for (String told :
        List.of(
            "txack \"queueItemId\":\"%s\",\"fCntDown\":7",
            "ack \"queueItemId\":\"%s\",\"acknowledged\":false",
            "log \"code\":\"EXPIRED\",\"context\":{\"queue_item_id\":\"%s\"}",
            "log \"code\":\"OF_A_LATER_VERSION\",\"context\":{\"queue_item_id\":\"%s\"}")) {
      QueuedDownlink item = queue();
      run(61);
      task.chirpStack.empty(A);
      String[] event = told.formatted(item.id()).split(" ");
      log(event[0], event[1]);
      run(61);
      log("up", "\"fCnt\":3");
      assertThat(run(5)).as(told).isEmpty();
    }
  }

  /** The state may be in what cannot be read. */
  @Test
  void anUnreadableEventClaimsNothing() {
    task.start();
    queue();
    run(61);
    task.chirpStack.empty(A);
    log("txack", "\"queueItemId\":[1]");
    run(61);
    log("up", "\"fCnt\":3");
    assertThat(run(5)).isEmpty();
  }

  @Test
  void anUnreadableProofIsFollowedByAnother() {
    task.start();
    run(5);
    vanish();
    log("up", "\"fCnt\":[3]");
    assertThat(run(5)).isEmpty();
    log("OfALaterVersion", "\"fCnt\":3");
    assertThat(run(5)).isEmpty();
    log("status", "\"margin\":3");
    assertThat(run(5)).hasSize(1);
  }

  @Test
  void aRefusalByAGatewayNamesNoItem() {
    task.start();
    run(5);
    queue();
    run(61);
    log("log", "\"code\":\"DOWNLINK_GATEWAY\",\"description\":\"TOO_LATE\"");
    task.chirpStack.empty(A);
    run(61);
    log("up", "\"fCnt\":3");
    assertThat(run(5)).hasSize(1);
  }

  @Test
  void behindAGapNothingIsClaimed() {
    task.chirpStack.historyLimit = 2;
    task.start();
    run(5);
    queue();
    run(61);
    task.chirpStack.goAway();
    run(5);
    task.chirpStack.empty(A);
    for (int i = 3; i < 8; i++) {
      log("up", "\"fCnt\":" + i);
    }
    task.chirpStack.comeBack();
    run(240);
    log("up", "\"fCnt\":9");
    assertThat(run(10)).isEmpty();
    vanish();
    log("up", "\"fCnt\":10");
    assertThat(run(10)).as("without a gap").hasSize(1);
  }

  /** What came before the first entry that is known may have been trimmed. */
  @Test
  void theFirstEntryOfALogProvesNothing() {
    task.chirpStack.logOf(LogKind.EVENTS, A).clear();
    task.start();
    run(5);
    vanish();
    log("up", "\"fCnt\":1");
    log("up", "\"fCnt\":2");
    assertThat(run(5)).isEmpty();
  }

  @Test
  void ofV3TheFrameCounterNamesIt() {
    task.chirpStack.countsFrames = true;
    task.start();
    run(5);
    vanish();
    log("up", "\"fCnt\":3");
    Struct row = (Struct) run(5).get(0).value();
    assertThat(row.getString("downlink")).isEqualTo(A + ":0");
    assertThat(row.getInt64("f_cnt_down")).isZero();
    assertThat(row.getString("certainty")).isEqualTo("likely");
    assertThat(row.getString("queue_item_id")).isNull();
  }

  @Test
  void ofV3AStateOfAnyItemIsPerhapsItsOwn() {
    task.chirpStack.countsFrames = true;
    for (String told :
        List.of(
            "txack \"queueItemId\":null,\"fCntDown\":9",
            "log \"code\":\"DOWNLINK_PAYLOAD_SIZE\",\"fCnt\":9")) {
      task.start();
      queue();
      run(61);
      task.chirpStack.empty(A);
      String[] event = told.split(" ");
      log(event[0], event[1]);
      run(61);
      log("up", "\"fCnt\":3");
      assertThat(run(5)).as(told).isEmpty();
      task.task().stop();
    }
  }

  @Test
  void withoutTheQueuesNothingIsTold() {
    set("downlinks");
    task.start();
    run(5);
    vanish();
    log("up", "\"fCnt\":3");
    assertThat(run(5)).isEmpty();
    assertThat(task.chirpStack.looks).isEmpty();
  }

  /** Puts an item into the queue, and takes it out when it was seen. */
  private void vanish() {
    queue();
    all(61);
    task.chirpStack.empty(A);
    all(61);
    all(11);
  }

  private QueuedDownlink queue() {
    return task.chirpStack.queue(
        new Downlink(Target.device(A), 10, false, new byte[] {1}, null, null, null, false));
  }

  /** Writes an event now; returns its id. */
  private String log(String kind, String fields) {
    String id =
        task.time.instant().toEpochMilli() + "-" + task.chirpStack.logOf(LogKind.EVENTS, A).size();
    task.chirpStack.log(Logs.event(kind, A, id, fields));
    return id;
  }

  private List<SourceRecord> all(int seconds) {
    return task.runSeconds(seconds).stream()
        .filter(record -> !record.topic().equals("chirpstack.device.queues"))
        .toList();
  }

  /** The rows of vanished ones. */
  private List<SourceRecord> run(int seconds) {
    return all(seconds).stream()
        .filter(record -> record.topic().equals("chirpstack.downlinks"))
        .filter(record -> ((Struct) record.value()).getString("state").equals("vanished"))
        .toList();
  }
}
