package io.github.chirpconnect.source.activity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GatewayChoiceTest {
  private final GatewayChoice choice = new GatewayChoice(16);

  @Test
  void whileAllFitAllAreFollowed() {
    choice.listed(gateways(10));
    choice.turn();
    assertThat(choice.chosen()).hasSize(10);
    choice.listed(gateways(16));
    choice.turn();
    assertThat(choice.chosen()).hasSize(16);
  }

  @Test
  void whereNothingIsKnownTheyAreSpreadOverTheIds() {
    choice.listed(gateways(160));
    assertThat(choice.chosen()).hasSize(16);
    assertThat(choice.chosen().stream().filter(gateways(80)::contains)).hasSizeBetween(4, 12);
    List<String> before = choice.chosen();
    choice.turn();
    assertThat(choice.chosen()).containsExactlyInAnyOrderElementsOf(before);
  }

  /** Each device is heard by two neighbours, so that every other gateway is enough. */
  @Test
  void whoHearsWhatNobodyElseHearsIsFollowed() {
    choice.listed(gateways(32));
    Random random = new Random(32);
    double heard = 0;
    for (int turn = 0; turn < 12; turn++) {
      heard = 0;
      for (int i = 0; i < 1_000; i++) {
        int first = random.nextInt(32);
        List<String> hearing = List.of(gateway(first), gateway((first + 1) % 32));
        choice.heard(hearing, 1);
        List<String> followed = hearing.stream().filter(choice::isChosen).toList();
        if (!followed.isEmpty()) {
          heard++;
          choice.useful(followed.get(random.nextInt(followed.size())));
        }
      }
      choice.turn();
      assertThat(choice.chosen()).hasSize(16);
      assertThat(choice.all()).isEqualTo(32);
    }
    assertThat(heard / 1_000).isGreaterThan(0.85);
  }

  @Test
  void whatWasUsefulLongAgoIsForgotten() {
    choice.listed(gateways(17));
    String waiting =
        gateways(17).stream().filter(id -> !choice.isChosen(id)).findFirst().orElseThrow();
    choice.chosen().forEach(id -> IntStream.range(0, 100).forEach(i -> choice.useful(id)));
    for (int i = 0; i < 20; i++) {
      choice.heard(List.of(waiting), 8);
      choice.turn();
    }
    assertThat(choice.isChosen(waiting)).isTrue();
  }

  @Test
  void whoIsGoneMakesRoom() {
    choice.listed(gateways(20));
    Set<String> left = gateways(20);
    left.removeAll(gateways(4));
    choice.listed(left);
    assertThat(choice.chosen()).containsExactlyInAnyOrderElementsOf(left);
  }

  private static Set<String> gateways(int count) {
    return IntStream.range(0, count)
        .mapToObj(GatewayChoiceTest::gateway)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static String gateway(int number) {
    return String.format("%016x", number);
  }
}
