package io.github.chirpconnect.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StreamSchedulerTest {
  private static final long REPLAYING = -1;

  private final Map<String, Long> quiet = new HashMap<>();
  private final Set<String> open = new LinkedHashSet<>();

  @Test
  void whileAllFitAllAreOpenAndStayOpen() {
    StreamScheduler scheduler = withDevices(10, 10);
    assertThat(plan(scheduler).open()).hasSize(10);
    allQuietFor(10_000_000);
    assertThat(plan(scheduler)).isEqualTo(new StreamScheduler.Plan(List.of(), List.of()));
  }

  @Test
  void neverMoreThanThereArePlaces() {
    StreamScheduler scheduler = withDevices(16, 100);
    for (int i = 0; i < 100; i++) {
      plan(scheduler);
      assertThat(open).hasSizeLessThanOrEqualTo(16);
      allQuietFor(i % 3 == 0 ? REPLAYING : 100_000);
      scheduler.sighted(device(i), true);
    }
  }

  @Test
  void beyondThatAnEighthOfThePlacesVisitsAllInTurn() {
    StreamScheduler scheduler = withDevices(16, 100);
    assertThat(plan(scheduler).open()).containsExactly(device(0), device(1));
    assertThat(plan(scheduler).open()).as("two visits at a time").isEmpty();
    Set<String> visited = new LinkedHashSet<>(open);
    for (int i = 0; i < 49; i++) {
      allQuietFor(0);
      visited.addAll(plan(scheduler).open());
    }
    assertThat(visited).hasSize(100);
  }

  @Test
  void aVisitLastsUntilTheReplayIsOver() {
    StreamScheduler scheduler = withDevices(2, 10);
    plan(scheduler);
    assertThat(open).containsExactly(device(0));
    plan(scheduler);
    assertThat(open).containsExactly(device(0));
    quiet.put(device(0), 0L);
    plan(scheduler);
    assertThat(open)
        .as("the other place is free: nobody has to go")
        .containsExactly(device(0), device(1));
  }

  @Test
  void activeDevicesTakeThePlacesFirstComeFirstServed() {
    StreamScheduler scheduler = withDevices(4, 100);
    plan(scheduler);
    for (int i = 50; i < 60; i++) {
      scheduler.sighted(device(i), true);
    }
    plan(scheduler);
    assertThat(open).containsExactlyInAnyOrder(device(0), device(50), device(51), device(52));
    quiet.put(device(51), StreamScheduler.YIELD_TO_ACTIVE_MS - 1);
    assertThat(plan(scheduler).close()).isEmpty();
    quiet.put(device(51), StreamScheduler.YIELD_TO_ACTIVE_MS);
    StreamScheduler.Plan plan = plan(scheduler);
    assertThat(plan.close()).containsExactly(device(51));
    assertThat(plan.open()).containsExactly(device(53));
  }

  @Test
  void anActiveDeviceLingersLongerWhenOnlyAVisitWaits() {
    StreamScheduler scheduler = new StreamScheduler(() -> 2);
    for (int i = 0; i < 2; i++) {
      scheduler.sighted(device(i), true);
    }
    plan(scheduler);
    scheduler.sighted(device(2), false);
    allQuietFor(StreamScheduler.YIELD_TO_VISIT_MS - 1);
    assertThat(plan(scheduler).close()).isEmpty();
    allQuietFor(StreamScheduler.YIELD_TO_VISIT_MS);
    assertThat(plan(scheduler).open()).containsExactly(device(2));
  }

  @Test
  void visitsGoOnHoweverManyAreActive() {
    StreamScheduler scheduler = withDevices(8, 100);
    for (int i = 50; i < 100; i++) {
      scheduler.sighted(device(i), true);
    }
    Set<String> visited = new LinkedHashSet<>();
    for (int i = 0; i < 50; i++) {
      visited.addAll(plan(scheduler).open());
      allQuietFor(StreamScheduler.YIELD_TO_ACTIVE_MS);
      for (int j = 50; j < 100; j++) {
        scheduler.sighted(device(j), true);
      }
    }
    assertThat(visited).contains(device(0), device(49));
  }

  @Test
  void aSinglePlaceServesBothKindsInTurn() {
    StreamScheduler scheduler = withDevices(1, 3);
    scheduler.sighted(device(2), true);
    List<String> order = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      order.addAll(plan(scheduler).open());
      allQuietFor(StreamScheduler.YIELD_TO_VISIT_MS);
      scheduler.sighted(device(2), true);
    }
    assertThat(order).startsWith(device(2), device(0)).contains(device(1));
  }

  @Test
  void aDeviceThatIsGoneFreesItsPlace() {
    StreamScheduler scheduler = withDevices(1, 2);
    plan(scheduler);
    scheduler.remove(device(0));
    open.remove(device(0));
    assertThat(plan(scheduler).open()).containsExactly(device(1));
    scheduler.remove(device(1));
    assertThat(scheduler.devices()).isZero();
  }

  private StreamScheduler withDevices(int places, int devices) {
    StreamScheduler scheduler = new StreamScheduler(() -> places);
    for (int i = 0; i < devices; i++) {
      scheduler.sighted(device(i), false);
    }
    return scheduler;
  }

  private StreamScheduler.Plan plan(StreamScheduler scheduler) {
    StreamScheduler.Plan plan = scheduler.plan(device -> quiet.getOrDefault(device, REPLAYING));
    plan.close().forEach(open::remove);
    open.addAll(plan.open());
    plan.open().forEach(quiet::remove);
    return plan;
  }

  private void allQuietFor(long millis) {
    open.forEach(device -> quiet.put(device, millis));
  }

  private static String device(int number) {
    return "device-" + number;
  }
}
