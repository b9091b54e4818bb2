package io.github.chirpconnect.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.Downlink;
import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.source.offset.LedgerShape;
import io.github.chirpconnect.source.offset.Shards;
import io.github.chirpconnect.testing.Device;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Devices whose topics are those of their tenants, and what is written when they are gone. */
class EntityTopicsTest {
  private static final String A = "0101010101010101";
  private static final String WATER = "52f14cd4-c6f1-4fbd-8f87-4025e1d49242";
  private static final String GAS = "7f14cd4e-c6f1-4fbd-8f87-4025e1d49242";

  private TaskUnderTest task;

  @BeforeEach
  void byTenant() {
    task = new TaskUnderTest("devices");
    task.properties.put("topic.template", "${prefix}.${tenant_name}.${topic}");
    for (int i = 1; i < 10; i++) {
      put(String.format("70b3d57ed%07x", i), WATER, "water");
    }
    put(A, WATER, "water");
  }

  @Test
  void aDeviceIsInTheTopicOfItsTenant() {
    put(A, GAS, "gas");
    task.start();
    assertThat(task.runSeconds(1))
        .hasSize(10)
        .allSatisfy(
            record ->
                assertThat(record.topic())
                    .isEqualTo(
                        record.key().equals(A)
                            ? "chirpstack.gas.devices"
                            : "chirpstack.water.devices"));
    assertThat(task.runSeconds(180)).isEmpty();
    task.restart();
    assertThat(task.runSeconds(180)).isEmpty();
  }

  @Test
  void oneThatMovesIsDeletedWhereItWasAndWrittenWhereItIs() {
    started();
    put(A, GAS, "gas");
    List<SourceRecord> moved = task.runSeconds(61);
    assertMoved(moved);
    task.restart();
    assertThat(task.runSeconds(180)).isEmpty();
    task.chirpStack.devices.remove(A);
    assertThat(topics(task.runSeconds(121))).containsExactly("chirpstack.gas.devices");
  }

  @Test
  void whoseTenantIsRenamedFollows() {
    started();
    task.chirpStack.devices.replaceAll((devEui, device) -> in(device, WATER, "Water & Co."));
    List<SourceRecord> moved = task.runSeconds(61);
    assertThat(moved).hasSize(20);
    assertThat(topics(moved).subList(0, 2))
        .containsExactly("chirpstack.water.devices", "chirpstack.water-co.devices");
  }

  /** Whether or not the user takes a change of the field for one. */
  @Test
  void followsThoughTheNameIsVolatile() {
    task.properties.put("inventory.volatile.fields", "devices.tenant_name,devices.tenant_id");
    started();
    put(A, GAS, "gas");
    assertMoved(task.runSeconds(61));
  }

  @Test
  void oneThatMovesWhileNobodyLooksIsDeletedWhereItWas() {
    started();
    task.task().stop();
    put(A, GAS, "gas");
    task.start();
    assertMoved(task.runSeconds(1));
  }

  @Test
  void oneThatIsDeletedWhileNobodyLooksIsDeletedWhereItWasWhicheverTaskFindsIt() {
    put(A, GAS, "gas");
    started();
    task.task().stop();
    task.chirpStack.devices.remove(A);
    int task3 = Shards.bucketOf(A) % 3;
    task.properties.put("internal.task.count", "3");
    task.properties.put("internal.task.index", Integer.toString(task3));
    task.start();
    List<SourceRecord> gone = task.runSeconds(121);
    assertThat(topics(gone)).containsExactly("chirpstack.gas.devices");
    assertThat(gone.get(0).value()).isNull();
    assertThat(movedTo(gone.get(0))).isNull();
  }

  /** Connect has the first of them and no other when it is killed. */
  @Test
  void aMoveThatIsCutInTwoIsFoundAgain() {
    task.properties.put("deletes", "both");
    started();
    put(A, GAS, "gas");
    for (int stored = 0; stored < 3; stored++) {
      List<SourceRecord> moved = polled(3);
      assertThat(topics(moved))
          .containsExactly(
              "chirpstack.water.devices", "chirpstack.water.devices", "chirpstack.gas.devices");
      task.commit(moved.subList(0, stored));
      task.restart();
    }
    List<SourceRecord> moved = polled(3);
    task.commit(moved);
    task.restart();
    assertThat(task.runSeconds(180)).isEmpty();
  }

  @Test
  void aDeletionThatIsCutInTwoIsFoundAgain() {
    task.properties.put("deletes", "both");
    started();
    task.chirpStack.devices.remove(A);
    for (int stored = 0; stored < 2; stored++) {
      List<SourceRecord> gone = polled(2);
      assertThat(((Struct) gone.get(0).value()).getBoolean("deleted")).isTrue();
      assertThat(gone.get(1).value()).isNull();
      task.commit(gone.subList(0, stored));
      task.restart();
    }
    task.commit(polled(2));
    task.restart();
    assertThat(task.runSeconds(180)).isEmpty();
  }

  @Test
  void aRecordSaysThatADeviceIsGoneSinceWhenAndNothingElse() {
    task.properties.put("deletes", "record");
    started();
    task.chirpStack.devices.remove(A);
    List<SourceRecord> gone = task.runSeconds(121);
    assertThat(gone).hasSize(1);
    Struct value = (Struct) gone.get(0).value();
    value.validate();
    Instant at = ((Date) value.get("deleted_at")).toInstant();
    assertThat(at)
        .isBetween(task.time.wallClock.instant().minusSeconds(61), task.time.wallClock.instant());
    assertThat(value.getString("deleted_at_text")).isEqualTo(at.toString());
    assertThat(value.getString("dev_eui")).isEqualTo(A);
    assertThat(value.getBoolean("deleted")).isTrue();
    assertThat(value.schema().fields())
        .filteredOn(field -> value.get(field) != null)
        .extracting(field -> field.name())
        .containsExactlyInAnyOrder("dev_eui", "deleted", "deleted_at", "deleted_at_text");
    assertThat(gone.get(0).headers().lastWithName("chirpstack.feed").value()).isEqualTo("devices");
    task.restart();
    assertThat(task.runSeconds(180)).isEmpty();
  }

  /** A position leaves the offsets with a record alone, and who only appends takes no tombstone. */
  @Test
  void whatIsForgottenIsSaidInTheSameWordsAgain() {
    deviceThatIsForgottenSoon("record");
    SourceRecord gone = task.runSeconds(121).get(0);
    assertThat(task.runSeconds(400)).isEmpty();
    task.restart();
    List<SourceRecord> forgotten = task.runSeconds(300);
    assertThat(forgotten).hasSize(1);
    assertThat(forgotten.get(0).value()).isEqualTo(gone.value());
    assertThat(forgotten.get(0).topic()).isEqualTo(gone.topic());
    assertThat(forgotten.get(0).sourcePartition()).isEqualTo(Map.of("dev_eui", A));
    assertThat(forgotten.get(0).sourceOffset()).isNull();
    assertThat(task.offsets).doesNotContainKey(Map.of("dev_eui", A));
  }

  /** It was read, is deleted now, and is forgotten ten minutes later. */
  private void deviceThatIsForgottenSoon(String deletes) {
    task = new TaskUnderTest("devices", "device-events");
    byTenantOf(task);
    task.properties.put("inventory.forget.after.ms", "600000");
    task.properties.put("deletes", deletes);
    task.chirpStack.log(Logs.up(A, "1-0"));
    task.start();
    task.runSeconds(5);
    task.chirpStack.devices.remove(A);
  }

  @Test
  void withBothWhatIsForgottenIsATombstoneAlone() {
    deviceThatIsForgottenSoon("both");
    assertThat(task.runSeconds(121)).hasSize(2);
    assertThat(task.runSeconds(700))
        .singleElement()
        .satisfies(record -> assertThat(record.value()).isNull());
  }

  @Test
  void anotherTemplateWritesAllAnewAndLeavesTheFormerTopicsAsTheyAre() {
    started();
    task.properties.remove("topic.template");
    task.restart();
    assertThat(topics(task.runSeconds(1))).hasSize(10).containsOnly("chirpstack.devices");
    task.restart();
    assertThat(task.runSeconds(61)).isEmpty();
    task.chirpStack.devices.remove(A);
    assertThat(topics(task.runSeconds(121))).containsExactly("chirpstack.devices");
    assertThat(offsetOfA()).doesNotContainKey("topics");
  }

  @Test
  void whatIsDeletedWhileTheTemplateChangesIsDeletedWhereItWas() {
    started();
    task.task().stop();
    task.properties.put("topic.template", "all");
    task.chirpStack.devices.remove(A);
    task.start();
    List<SourceRecord> records = task.runSeconds(121);
    assertThat(topics(records.subList(0, 9))).containsOnly("all");
    assertThat(topics(records.subList(9, 10))).containsExactly("chirpstack.water.devices");
    assertThat(records).hasSize(10);
    task.restart();
    assertThat(task.runSeconds(180)).isEmpty();
  }

  @Test
  void thePlainTemplateCostsNothing() {
    task.properties.remove("topic.template");
    started();
    assertThat(offsetOfA().keySet()).containsExactlyInAnyOrder("ledger", "since", "topic");
    assertThat(offsetOfA().get("since").toString()).doesNotContain("@");
  }

  /** Its record is where it was, and is not what cannot be read. */
  @Test
  void oneThatCannotBeReadAnyMoreIsDeletedWhereItsRecordIs() {
    task.properties.put("record.max.bytes", "16384");
    started();
    Device large = in(task.chirpStack.add(A), GAS, "gas", Map.of("note", "x".repeat(20_000)));
    task.chirpStack.devices.put(A, large);
    assertThat(topics(task.runSeconds(61))).containsExactly("chirpstack.gas.devices.unreadable");
    task.restart();
    assertThat(task.runSeconds(61)).isEmpty();
    put(A, GAS, "gas");
    assertMoved(task.runSeconds(61));
  }

  @Test
  void theQueueOfADeviceFollowsToo() {
    task = new TaskUnderTest("device-queues");
    byTenantOf(task);
    task.properties.put("deletes", "record");
    task.chirpStack.queue(
        new Downlink(Target.device(A), 10, false, new byte[] {1}, null, null, null, false));
    task.start();
    assertThat(topics(task.runSeconds(2))).containsExactly("chirpstack.water.device.queues");
    put(A, GAS, "gas");
    assertThat(topics(task.runSeconds(121)))
        .containsExactly("chirpstack.water.device.queues", "chirpstack.gas.device.queues");
    task.restart();
    task.chirpStack.empty(A);
    List<SourceRecord> gone = task.runSeconds(121);
    assertThat(topics(gone)).containsExactly("chirpstack.gas.device.queues");
    Struct value = (Struct) gone.get(0).value();
    assertThat(value.getBoolean("deleted")).isTrue();
    assertThat(value.getArray("items")).isEmpty();
    assertThat(task.runSeconds(1_200)).isEmpty();
  }

  @Test
  void framesAreInTheTopicOfTheirDevicesTenant() {
    task = new TaskUnderTest("device-events", "device-frames");
    byTenantOf(task);
    task.chirpStack.log(Logs.up(A, "1-0"));
    task.chirpStack.log(Logs.frame(A, "1-0"));
    task.start();
    assertThat(topics(task.runSeconds(5)))
        .containsExactlyInAnyOrder("chirpstack.water.device.up", "chirpstack.water.device.frames");
  }

  private void byTenantOf(TaskUnderTest other) {
    other.properties.put("topic.template", "${prefix}.${tenant_name}.${topic}");
    put(A, WATER, "water");
    for (int i = 1; i < 10; i++) {
      put(String.format("70b3d57ed%07x", i), WATER, "water");
    }
  }

  private void started() {
    task.start();
    assertThat(task.runSeconds(1)).hasSize(10);
  }

  /** What comes next, which nobody has stored. */
  private List<SourceRecord> polled(int count) {
    for (int i = 0; i < 1_300; i++) {
      task.time.advance(Duration.ofMillis(100));
      List<SourceRecord> records = task.pollWithoutCommit();
      if (!records.isEmpty()) {
        assertThat(records).hasSize(count);
        return records;
      }
    }
    throw new AssertionError("nothing came");
  }

  private void assertMoved(List<SourceRecord> moved) {
    assertThat(topics(moved)).containsExactly("chirpstack.water.devices", "chirpstack.gas.devices");
    assertThat(moved).extracting(SourceRecord::key).containsOnly(A);
    assertThat(moved.get(0).value()).isNull();
    assertThat(movedTo(moved.get(0))).isEqualTo("chirpstack.gas.devices");
    assertThat(((Struct) moved.get(1).value()).getString("tenant_id")).isEqualTo(GAS);
    assertThat(movedTo(moved.get(1))).isNull();
  }

  private static Object movedTo(SourceRecord record) {
    Header header = record.headers().lastWithName("chirpstack.moved.to");
    return header == null ? null : header.value();
  }

  private static List<String> topics(List<SourceRecord> records) {
    return records.stream().map(SourceRecord::topic).toList();
  }

  private Map<String, ?> offsetOfA() {
    return task.offsets.get(LedgerShape.partition(Feed.DEVICES, Shards.bucketOf(A)));
  }

  private void put(String devEui, String tenantId, String tenantName) {
    Device plain = task.chirpStack.add(devEui);
    Device device = in(plain, tenantId, tenantName);
    task.chirpStack.devices.put(devEui, device);
  }

  private static Device in(Device device, String tenantId, String tenantName) {
    return in(device, tenantId, tenantName, device.tags());
  }

  private static Device in(
      Device device, String tenantId, String tenantName, Map<String, String> tags) {
    return new Device(
        device.devEui(),
        device.name(),
        device.description(),
        tenantId,
        tenantName,
        device.applicationId(),
        device.applicationName(),
        device.deviceProfileId(),
        device.deviceProfileName(),
        device.createdAt(),
        device.updatedAt(),
        device.lastSeenAt(),
        device.status(),
        tags);
  }
}
