package io.github.chirpconnect.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.chirpconnect.api.EntryId;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EntryIdsTest {
  @Test
  void keepsIdsOfBothKindsAndTheirOrder() {
    List<EntryId> ids =
        ids("1795520932452-0", "1795520932452-7", "1795520928276-0", "d:0af3", "1795520958452-0");
    assertThat(EntryIds.decode(EntryIds.encode(ids))).isEqualTo(ids);
  }

  /**
   * Written into the offsets of running connectors: a change here repeats entries after an upgrade.
   */
  @Test
  void theTextIsStable() {
    assertThat(EntryIds.encode(ids("1000-0", "1000-1", "1036-0", "1000-2", "d:0af3")))
        .isEqualTo("1:rs,0.1,10,-10.2,~0af3");
    assertThat(EntryIds.encode(List.of())).isEqualTo("1:");
  }

  @Test
  void nothingReadYetIsNoIds() {
    assertThat(EntryIds.decode(null)).isEmpty();
    assertThat(EntryIds.decode("1:")).isEmpty();
  }

  @Test
  void thirtyTwoEntriesAtTenMinutesFitIntoTwoHundredCharacters() {
    List<EntryId> ids = new ArrayList<>();
    for (int i = 0; i < ReplayFilter.REMEMBERED; i++) {
      ids.add(new EntryId.Sequenced(1_795_520_932_452L + i * 600_123L, 0));
    }
    assertThat(EntryIds.encode(ids)).hasSizeLessThan(200);
  }

  @Test
  void refusesWhatItDidNotWrite() {
    for (String text :
        List.of("", "2:rs", "1:,", "1:rs,", "1:~", "1:rs.-1", "1:-5", "1:#", "1795520932452-0")) {
      assertThatThrownBy(() -> EntryIds.decode(text))
          .as(text)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'" + text + "'");
    }
  }

  private static List<EntryId> ids(String... texts) {
    return Stream.of(texts).map(EntryId::parse).toList();
  }
}
