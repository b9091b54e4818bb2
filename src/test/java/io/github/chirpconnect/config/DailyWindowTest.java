package io.github.chirpconnect.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A window of each day, by the clocks of its time zone. */
class DailyWindowTest {
  private static final String BERLIN = " Europe/Berlin";

  @ParameterizedTest
  @CsvSource({
    "2026-07-23T03:59:59.999Z, false", // 05:59 by the clocks of summer
    "2026-07-23T04:00:00Z, true",
    "2026-07-23T19:59:59.999Z, true",
    "2026-07-23T20:00:00Z, false",
    "2026-01-23T04:59:59Z, false", // 05:59 by the clocks of winter
    "2026-01-23T05:00:00Z, true",
    "2026-01-23T20:59:59Z, true",
    "2026-01-23T21:00:00Z, false",
  })
  void isOpenByTheClocksOfItsZone(Instant moment, boolean open) {
    assertThat(DailyWindow.parse("06:00-22:00" + BERLIN).contains(moment)).isEqualTo(open);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-07-23T19:59:59Z, false",
    "2026-07-23T20:00:00Z, true",
    "2026-07-23T22:00:00Z, true",
    "2026-07-24T03:59:59Z, true",
    "2026-07-24T04:00:00Z, false",
  })
  void mayCrossMidnight(Instant moment, boolean open) {
    assertThat(DailyWindow.parse("22:00-06:00" + BERLIN).contains(moment)).isEqualTo(open);
  }

  @ParameterizedTest
  @CsvSource({
    "06:00-22:00 Europe/Berlin, 2026-07-23T03:00:00Z, 2026-07-23T04:00:00Z",
    "06:00-22:00 Europe/Berlin, 2026-07-23T20:00:00Z, 2026-07-24T04:00:00Z",
    // The night in which clocks are put forward, and the one in which they are put back.
    "06:00-22:00 Europe/Berlin, 2026-03-28T21:00:00Z, 2026-03-29T04:00:00Z",
    "06:00-22:00 Europe/Berlin, 2026-10-24T20:00:00Z, 2026-10-25T05:00:00Z",
    "22:00-06:00 Europe/Berlin, 2026-07-23T10:00:00Z, 2026-07-23T20:00:00Z",
    // At the time that is left out it opens at the change, and it opens once if a time comes twice.
    "02:30-04:00 Europe/Berlin, 2026-03-29T00:59:00Z, 2026-03-29T01:00:00Z",
    "02:30-04:00 Europe/Berlin, 2026-10-25T00:00:00Z, 2026-10-25T00:30:00Z",
    // All of it is left out: the next day.
    "02:10-02:50 Europe/Berlin, 2026-03-29T00:00:00Z, 2026-03-30T00:10:00Z",
    // A day that a zone left out.
    "08:00-10:00 Pacific/Apia, 2011-12-30T00:00:00Z, 2011-12-30T18:00:00Z",
  })
  void tellsWhenItOpens(String window, Instant closed, Instant opens) {
    DailyWindow parsed = DailyWindow.parse(window);
    assertThat(parsed.contains(closed)).isFalse();
    assertThat(parsed.opensAfter(closed)).isEqualTo(opens);
    assertThat(parsed.contains(opens)).isTrue();
    assertThat(parsed.contains(opens.minusMillis(1))).isFalse();
  }

  /** 02:00 to 03:00 comes twice: once closed, it stays closed. */
  @Test
  void doesNotOpenTwiceWhenATimeComesTwice() {
    DailyWindow window = DailyWindow.parse("22:00-02:30" + BERLIN);
    assertThat(window.contains(Instant.parse("2026-10-25T00:29:59Z"))).isTrue();
    assertThat(window.contains(Instant.parse("2026-10-25T00:30:00Z"))).isFalse();
    assertThat(window.contains(Instant.parse("2026-10-25T01:15:00Z"))).isFalse();
  }

  /** Throughout a year, in a zone that changes its clocks: never both, never neither. */
  @Test
  void aWindowAndItsOppositeNeverMeet() {
    DailyWindow day = DailyWindow.parse("02:30-14:45" + BERLIN);
    DailyWindow night = DailyWindow.parse("14:45-02:30" + BERLIN);
    Instant end = LocalDate.of(2026, 12, 31).atStartOfDay(ZoneId.of("UTC")).toInstant();
    for (Instant each = Instant.parse("2026-01-01T00:00:00Z");
        each.isBefore(end);
        each = each.plus(Duration.ofMinutes(5))) {
      assertThat(day.contains(each)).as("%s", each).isNotEqualTo(night.contains(each));
    }
  }

  @Test
  void mayEndAtMidnight() {
    DailyWindow window = DailyWindow.parse("18:00-24:00 UTC");
    assertThat(window.contains(Instant.parse("2026-07-23T23:59:59Z"))).isTrue();
    assertThat(window.contains(Instant.parse("2026-07-24T00:00:00Z"))).isFalse();
    assertThat(window.closedFor()).isEqualTo(Duration.ofHours(18));
    assertThat(DailyWindow.parse("22:00-06:00 UTC").closedFor()).isEqualTo(Duration.ofHours(16));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "06:00-22:00",
        "6:00-22:00 UTC",
        "06:00 UTC",
        "06:00-25:00 UTC",
        "06:60-22:00 UTC",
        "06:00-22:00 Berlin",
        "06:00-22:00 +01:00",
        "06:00-22:00 CEST",
        "06:00-06:00 UTC",
        "00:00-24:00 UTC",
        ""
      })
  void refusesWhatIsNoWindow(String text) {
    assertThatThrownBy(() -> DailyWindow.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .containsAnyOf("write ", "leave it out");
  }
}
