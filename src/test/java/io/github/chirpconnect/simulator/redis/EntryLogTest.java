package io.github.chirpconnect.simulator.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.chirpconnect.proto.v4.LogItem;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EntryLogTest {

  @Test
  void givesEntriesOfOneMillisecondRisingNumbers() {
    EntryLog log = new EntryLog(10, 1);
    append(log, 5, 5, 6, 6, 6);
    assertThat(log.all())
        .extracting(LogItem::getId)
        .containsExactly("5-0", "5-1", "6-0", "6-1", "6-2");
  }

  @Test
  void keepsIdsRisingWhenTheClockGoesBack() {
    EntryLog log = new EntryLog(10, 1);
    append(log, 7, 3, 8);
    assertThat(log.all()).extracting(LogItem::getId).containsExactly("7-0", "7-1", "8-0");
  }

  @Test
  void comparesIdsAsNumbers() {
    EntryLog log = new EntryLog(20, 1);
    append(log, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5);
    assertThat(log.after(RedisId.parse("5-9"), 10))
        .extracting(LogItem::getId)
        .containsExactly("5-10");
    assertThat(log.after(RedisId.ZERO, 3))
        .extracting(LogItem::getId)
        .containsExactly("5-0", "5-1", "5-2");
  }

  @Test
  void keepsExactlyAsManyAsToldWhenNodesHoldOneEntry() {
    assertThat(sizes(new EntryLog(10, 1), 30)).endsWith(10, 10, 10);
  }

  /** Real servers kept 10 to 17 events, and 10 to 25 frames, which are smaller. */
  @Test
  void trimsByWholeNodes() {
    assertThat(sizes(new EntryLog(10, 8), 100).subList(20, 100))
        .contains(10, 17)
        .allMatch(size -> size >= 10 && size <= 17);
    assertThat(sizes(new EntryLog(10, 16), 100).subList(30, 100))
        .contains(10, 25)
        .allMatch(size -> size >= 10 && size <= 25);
  }

  @Test
  void goesOnAfterRestoredEntriesAndTakesThemInOrderOnly() {
    EntryLog log = new EntryLog(10, 8);
    log.restore(List.of(item("100-0"), item("100-1")));
    append(log, 50);
    assertThat(log.all()).extracting(LogItem::getId).containsExactly("100-0", "100-1", "100-2");
    assertThatThrownBy(() -> log.restore(List.of(item("100-2"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("entry 100-2 does not come after 100-2");
  }

  private static LogItem item(String id) {
    return LogItem.newBuilder().setId(id).build();
  }

  private static void append(EntryLog log, long... clock) {
    for (long millis : clock) {
      log.append(millis, LogItem.newBuilder());
    }
  }

  private static List<Integer> sizes(EntryLog log, int entries) {
    List<Integer> sizes = new ArrayList<>();
    for (int i = 1; i <= entries; i++) {
      append(log, i);
      sizes.add(log.all().size());
    }
    return sizes;
  }
}
