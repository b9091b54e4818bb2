package io.github.chirpconnect.source.activity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;
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
  void beyondThatEachHasItsTurnAndTheUsefulOnesStay() {
    choice.listed(gateways(100));
    Set<String> followed = new TreeSet<>();
    for (int i = 0; i < 100; i++) {
      followed.addAll(choice.chosen());
      assertThat(choice.chosen()).hasSize(16);
      assertThat(choice.all()).isEqualTo(100);
      for (int useful = 0; useful < 8; useful++) {
        choice.useful(gateway(useful));
      }
      choice.turn();
    }
    assertThat(followed).hasSize(100);
    assertThat(choice.chosen())
        .containsAll(IntStream.range(0, 8).mapToObj(GatewayChoiceTest::gateway).toList());
  }

  @Test
  void whatWasUsefulLongAgoIsForgotten() {
    choice.listed(gateways(17));
    IntStream.range(0, 20).forEach(i -> choice.useful(gateway(0)));
    boolean left = false;
    for (int i = 0; i < 20; i++) {
      choice.turn();
      left |= !choice.isChosen(gateway(0));
    }
    assertThat(left).isTrue();
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
