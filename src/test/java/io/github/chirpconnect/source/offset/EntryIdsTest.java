package io.github.chirpconnect.source.offset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.chirpconnect.api.EntryId;
import java.util.List;
import org.junit.jupiter.api.Test;

class EntryIdsTest {
  @Test
  void keepsIdsOfBothKindsAndTheirOrder() {
    EntryIds ids =
        ids("1795520932452-0", "1795520932452-7", "1795520928276-0", "d:0af3bc001122334455");
    EntryIds read = EntryIdText.read(ids.text());
    assertThat(read.size()).isEqualTo(4);
    for (int i = 0; i < 4; i++) {
      assertThat(read.is(i, ids.first(i), ids.second(i))).isTrue();
    }
    assertThat(read.text()).isEqualTo(ids.text());
    assertThat(read.newestTime()).isEqualTo(1_000);
  }

  /**
   * Written into the offsets of running connectors: a change here repeats entries after an upgrade.
   */
  @Test
  void theTextIsStable() {
    assertThat(ids("1000-0", "1000-1", "1036-0", "1000-2").text()).isEqualTo("1:rs,0.1,10,-10.2");
    assertThat(ids("1000-0", "d:000000000001ff", "d:ffffffffffffff").text())
        .isEqualTo("1:rs,~AAAAAAAB________@rs");
    assertThat(EntryIds.NONE.text()).isEqualTo("1:");
  }

  @Test
  void nothingReadYetIsNoIds() {
    assertThat(EntryIdText.read(null).isEmpty()).isTrue();
    assertThat(EntryIdText.read("1:").isEmpty()).isTrue();
  }

  @Test
  void aThousandEntriesAtTenMinutesFitIntoFiveThousandCharacters() {
    EntryIds ids = EntryIds.NONE;
    for (int i = 0; i < 1_000; i++) {
      ids = ids.plus(1_795_520_932_452L + i * 600_123L, 0, EntryIds.NO_TIME, 1_000);
    }
    assertThat(ids.text()).hasSizeLessThan(5_010);
  }

  @Test
  void whatWasMadeBeforeStaysAsItWas() {
    EntryIds before = ids("1-0", "2-0");
    EntryIds one = before.plus(3, 0, EntryIds.NO_TIME, 2);
    EntryIds other = before.plus(4, 0, EntryIds.NO_TIME, 10);
    assertThat(before.text()).isEqualTo("1:1,1");
    assertThat(one.text()).isEqualTo("1:2,1");
    assertThat(other.text()).isEqualTo("1:1,1,2");
    assertThat(one.compact().text()).isEqualTo("1:2,1");
  }

  @Test
  void ofTwoThatHoldTheSameOneIsKept() {
    EntryIds grown = EntryIds.NONE;
    for (int i = 1; i <= 5; i++) {
      grown = grown.plus(i, 0, EntryIds.NO_TIME, 3);
    }
    EntryIds compact = grown.compact();
    assertThat(compact).isNotSameAs(grown);
    assertThat(grown.orTheSame(compact)).isSameAs(compact);
    assertThat(grown.orTheSame(null)).isSameAs(grown);
    assertThat(grown.orTheSame(EntryIds.NONE)).isSameAs(grown);
    EntryIds more = compact.plus(6, 0, EntryIds.NO_TIME, 3);
    assertThat(grown.orTheSame(more)).isSameAs(grown);
    assertThat(more.orTheSame(grown)).isSameAs(more);
  }

  @Test
  void theCurrentHistoryBeginsWhereIdsFallOrTheirKindChanges() {
    assertThat(ids("1-0", "2-0", "2-1").current()).isZero();
    assertThat(ids("5-0", "6-0", "2-0", "3-0").current()).isEqualTo(2);
    assertThat(ids("d:aa", "d:bb", "2-0", "3-0").current()).isEqualTo(2);
    assertThat(ids("2-0", "d:aa", "d:bb").current()).isEqualTo(1);
    assertThat(EntryIds.NONE.current()).isZero();
  }

  @Test
  void aBranchPutsThePastFirst() {
    EntryIds ids = ids("90-0", "1-0", "2-0", "3-0", "4-0").branchedBefore(2, 1);
    assertThat(ids.text()).isEqualTo(ids("90-0", "3-0", "4-0", "1-0", "2-0").text());
    assertThat(ids.withOlder(ids("0-5")).text())
        .isEqualTo(ids("90-0", "3-0", "4-0", "0-5", "1-0", "2-0").text());
  }

  @Test
  void refusesWhatItDidNotWrite() {
    for (String text :
        List.of(
            "",
            "2:rs",
            "1:,",
            "1:rs,",
            "1:~",
            "1:~AAAA",
            "1:~AAAAAAAA@",
            "1:~AAAAAAAA@1,2",
            "1:rs.-1",
            "1:-5",
            "1:#",
            "1:zzzzzzzzzzzzzzzz",
            "1795520932452-0")) {
      assertThatThrownBy(() -> EntryIdText.read(text))
          .as(text)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'" + text + "'");
    }
  }

  private static EntryIds ids(String... texts) {
    EntryIds ids = EntryIds.NONE;
    for (String text : texts) {
      EntryId id = EntryId.parse(text);
      ids = ids.plus(EntryIds.first(id), EntryIds.second(id), 1_000, Integer.MAX_VALUE);
    }
    return ids;
  }
}
