package io.github.chirpconnect.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamePatternTest {
  @ParameterizedTest
  @CsvSource({
    "temperature,     temperature,      true",
    "temperature,     Temperature,      false",
    "temperature,     temperature1,     false",
    "temp*,           temp,             true",
    "temp*,           outside.temp,     false",
    "*.temp,          outside.temp,     true",
    "*temp*,          a.temp[0].b,      true",
    "cells[*].v,      cells[12].v,      true",
    "cells[?].v,      cells[12].v,      false",
    "cells[0].v,      cells[0].v,       true",
    "'status.*',      statusx,          false",
    "t?p,             t°p,              true",
    "?,               \ud83d\ude00,     true",
    "a**b,            ab,               true",
    "a*b*c,           abbcbc,           true",
    "a*b*c,           abbcb,            false",
    "*,               '',               true",
    "100%25,          100%25,           true",
    "@*,              @rssi,            true",
    "a%5B*%5D,        a%5B0%5D,         true",
    "%.a,             %.a,              true",
    "x(y)+,           x(y)+,            true"
  })
  void starsAndQuestionMarksAloneHaveAMeaning(String pattern, String name, boolean matches) {
    assertThat(NamePattern.parse(pattern).matches(name)).isEqualTo(matches);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "' ';           an empty pattern",
        "temp|hum;      has a '|', which no name has",
        "a@b;           has an '@' amid it",
        "[a-z]*;        has brackets without an index",
        "cells[].v;     has brackets without an index",
        "a];            has brackets without an index",
        "50%x;          has a '%' that stands for nothing",
        "%2e;           has a '%' that stands for nothing",
      })
  void whatCanMatchNoNameIsRefused(String pattern, String reason) {
    assertThatThrownBy(() -> NamePattern.parse(pattern)).hasMessageContaining(reason);
  }

  /** A regular expression of it would not end. */
  @Test
  @Timeout(10)
  void manyStarsTakeNoLongTime() {
    NamePattern pattern = NamePattern.parse("*a".repeat(100) + "*b");
    assertThat(pattern.matches("a".repeat(20_000))).isFalse();
  }

  @Test
  void aNameWithSomeOfItLeftOutMatches() {
    Random random = new Random(3);
    for (int i = 0; i < 5_000; i++) {
      StringBuilder name = new StringBuilder();
      StringBuilder pattern = new StringBuilder();
      for (int part = random.nextInt(6); part >= 0; part--) {
        String text = "abc".substring(random.nextInt(3));
        name.append(text);
        switch (random.nextInt(3)) {
          case 0 -> pattern.append('*');
          case 1 -> pattern.append("?".repeat(text.length()));
          default -> pattern.append(text);
        }
      }
      assertThat(NamePattern.parse(pattern.toString()).matches(name.toString()))
          .as("%s of %s", pattern, name)
          .isTrue();
      if (pattern.indexOf("*") < 0) {
        assertThat(NamePattern.parse(pattern.toString()).matches(name + "x"))
            .as("%s of %sx", pattern, name)
            .isFalse();
      }
    }
  }
}
