package io.github.chirpconnect.source.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.feed.Generation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StreamSchedulerTest {
  private static final long READ = 1_200;
  private static final long YIELD_TO_VISIT = StreamTiming.V4.turns().yieldToVisit();

  private int places;
  private int leaving;
  private long now = 1_000_000;
  private final Map<String, Long> quiet = new HashMap<>();
  private final Set<String> open = new LinkedHashSet<>();

  @Test
  void whileAllFitAllAreOpenAndStayOpen() {
    StreamScheduler scheduler = withDevices(10, 10);
    assertThat(plan(scheduler).open()).hasSize(10);
    allQuietFor(10_000_000);
    assertThat(plan(scheduler)).isEqualTo(new StreamScheduler.Plan(List.of(), List.of()));
  }

  /** After a restart a long history takes its time: those that speak come first. */
  @Test
  void whileAllFitActiveOnesAreOpenedFirst() {
    StreamScheduler scheduler = withDevices(10, 6);
    scheduler.sighted(device(4), true);
    scheduler.sighted("new", true);
    assertThat(plan(scheduler).open()).startsWith(device(4), "new").hasSize(7);
  }

  /** After a restart as well, where there are more devices than places. */
  @Test
  void whatAnEarlierTaskHasReadComesAfterWhatNobodyHasRead() {
    places = 16;
    StreamScheduler scheduler = new StreamScheduler(StreamTiming.V4, 1);
    for (int i = 0; i < 100; i++) {
      scheduler.sightedAgain(device(i));
    }
    Set<String> read = new LinkedHashSet<>(plan(scheduler).open());
    assertThat(read).hasSize(16);
    scheduler.sighted(device(99), true);
    for (int i = 100; i < 150; i++) {
      scheduler.sighted(device(i), true);
    }
    allQuietFor(StreamScheduler.SHOWN);
    assertThat(plan(scheduler).open())
        .as("two places are for visits")
        .isEqualTo(IntStream.range(99, 113).mapToObj(StreamSchedulerTest::device).toList());
    for (int i = 0; i < 20; i++) {
      read.addAll(open);
      allQuietFor(READ);
      plan(scheduler);
    }
    assertThat(read).as("all had their turn").hasSize(150);
  }

  @Test
  void neverMoreThanThereArePlaces() {
    StreamScheduler scheduler = withDevices(16, 100);
    for (int i = 0; i < 100; i++) {
      plan(scheduler);
      assertThat(open).hasSizeLessThanOrEqualTo(16);
      allQuietFor(i % 3 == 0 ? StreamScheduler.READING : 100_000);
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
    assertThat(plan(scheduler).close()).as("being read").isEmpty();
    quiet.put(device(51), READ);
    StreamScheduler.Plan plan = plan(scheduler);
    assertThat(plan.close()).containsExactly(device(51));
    assertThat(plan.open()).containsExactly(device(53));
  }

  @Test
  void whoWasQuietForLongestMakesRoomThenWhoHasShownWhatItWasActiveFor() {
    StreamScheduler scheduler = withDevices(4, 100);
    plan(scheduler);
    for (int i = 50; i < 53; i++) {
      scheduler.sighted(device(i), true);
    }
    plan(scheduler);
    quiet.put(device(50), READ);
    quiet.put(device(51), READ + 100);
    quiet.put(device(52), StreamScheduler.SHOWN);
    List<String> closed = new ArrayList<>();
    for (int i = 60; i < 63; i++) {
      scheduler.sighted(device(i), true);
      closed.addAll(plan(scheduler).close());
    }
    assertThat(closed).containsExactly(device(51), device(50), device(52));
  }

  @Test
  void aVisitIsNotOverWhenItHasShownSomethingNew() {
    StreamScheduler scheduler = withDevices(1, 10);
    plan(scheduler);
    quiet.put(device(0), StreamScheduler.SHOWN);
    scheduler.sighted(device(5), true);
    assertThat(plan(scheduler).close()).isEmpty();
    quiet.put(device(0), READ);
    assertThat(plan(scheduler).open()).containsExactly(device(5));
  }

  @Test
  void whoHasShownWhatItWasActiveForMakesNoRoomForAVisit() {
    places = 1;
    StreamScheduler scheduler = new StreamScheduler(StreamTiming.V4, 1);
    scheduler.sighted(device(0), true);
    plan(scheduler);
    scheduler.sighted(device(1), false);
    allQuietFor(StreamScheduler.SHOWN);
    assertThat(plan(scheduler).close()).isEmpty();
  }

  /**
   * Whatever comes: the places are never too few for what is open, each device that was active gets
   * a place, and each device at all is visited. Reading takes each device a while, some for long.
   */
  @ParameterizedTest
  @EnumSource(Generation.class)
  void nobodyWaitsForEver(Generation generation) {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      open.clear();
      quiet.clear();
      int count = 20 + random.nextInt(60);
      StreamScheduler scheduler =
          withDevices(StreamTiming.of(generation), 1 + random.nextInt(12), 1, count);
      int most = places;
      Map<String, Integer> waiting = new HashMap<>();
      Map<String, Integer> visited = new HashMap<>();
      for (int i = 0; i < count; i++) {
        visited.put(device(i), 0);
      }
      for (int step = 1; step < 4_000; step++) {
        now += 1_000;
        places = Math.max(1, most - (step / 100) % 3);
        if (random.nextInt(4) > 0) {
          String active = device(random.nextInt(count));
          scheduler.sighted(active, true);
          if (!open.contains(active)) {
            waiting.putIfAbsent(active, step);
          }
        }
        for (String opened : plan(scheduler).open()) {
          waiting.remove(opened);
          visited.put(opened, step);
        }
        assertThat(open).hasSizeLessThanOrEqualTo(places);
        for (String device : open) {
          long state = quiet.getOrDefault(device, StreamScheduler.READING);
          quiet.put(device, state >= 0 ? state + 1_000 : random.nextInt(2) - 1L);
        }
        int latest = step;
        assertThat(waiting.values()).allMatch(since -> latest - since < 12 * count + 100);
        assertThat(visited.values()).allMatch(since -> latest - since < 30 * count + 100);
      }
    }
  }

  @Test
  void anActiveDeviceLingersLongerWhenOnlyAVisitWaits() {
    places = 2;
    StreamScheduler scheduler = new StreamScheduler(StreamTiming.V4, 1);
    for (int i = 0; i < 2; i++) {
      scheduler.sighted(device(i), true);
    }
    plan(scheduler);
    scheduler.sighted(device(2), false);
    allQuietFor(YIELD_TO_VISIT - 1);
    assertThat(plan(scheduler).close()).isEmpty();
    allQuietFor(YIELD_TO_VISIT);
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
      allQuietFor(READ);
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
      allQuietFor(YIELD_TO_VISIT);
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

  @Test
  void v3VisitsOneDeviceAtATimeAndPausesInBetween() {
    StreamScheduler scheduler = v3WithDevices(4, 2);
    List<String> order = new ArrayList<>(plan(scheduler).open());
    for (int i = 0; i < 10; i++) {
      allQuietFor(400);
      now += 400;
      order.addAll(plan(scheduler).open());
    }
    assertThat(order)
        .as("every two seconds, for two tasks visit")
        .containsExactly(device(0), device(1), device(2));
  }

  @Test
  void v3DrainsActiveDevicesAsSoonAsTheyAreQuiet() {
    StreamScheduler scheduler = v3WithDevices(4, 1);
    for (int i = 50; i < 60; i++) {
      scheduler.sighted(device(i), true);
    }
    plan(scheduler);
    allQuietFor(400);
    now += 1_000;
    StreamScheduler.Plan plan = plan(scheduler);
    assertThat(plan.close()).hasSize(4);
    assertThat(plan.open()).as("their connections are not free yet").isEmpty();
    leaving = 4;
    assertThat(plan(scheduler).open()).isEmpty();
    leaving = 0;
    plan(scheduler);
    assertThat(open).containsExactly(device(1), device(53), device(54), device(55));
  }

  @Test
  void aPlaceIsNotGivenAgainBeforeItsStreamIsGone() {
    StreamScheduler scheduler = v3WithDevices(4, 1);
    for (int i = 50; i < 60; i++) {
      scheduler.sighted(device(i), true);
    }
    leaving = 3;
    assertThat(plan(scheduler).open()).hasSize(1);
    leaving = 0;
    assertThat(plan(scheduler).open()).hasSize(3);
  }

  @Test
  void withFewerPlacesTheQuietestGoAndThoseBeingReadWaitForAnotherTurn() {
    StreamScheduler scheduler = v3WithDevices(4, 1);
    for (int i = 50; i < 53; i++) {
      scheduler.sighted(device(i), true);
    }
    plan(scheduler);
    assertThat(open).containsExactly(device(0), device(50), device(51), device(52));
    quiet.put(device(51), 300L);
    quiet.put(device(52), StreamScheduler.PINNED);
    places = 2;
    assertThat(plan(scheduler).close()).containsExactly(device(51), device(0));
    places = 1;
    assertThat(plan(scheduler).close()).containsExactly(device(50));
    places = 4;
    assertThat(plan(scheduler).open()).as("it is still to be read").contains(device(50));
  }

  @Test
  void aDeviceThatCouldNotBeReadWaitsAsItDidBefore() {
    StreamScheduler scheduler = v3WithDevices(4, 1);
    plan(scheduler);
    scheduler.sighted(device(70), true);
    assertThat(plan(scheduler).open()).containsExactly(device(70));
    scheduler.giveBack(device(70));
    open.remove(device(70));
    assertThat(plan(scheduler).open()).containsExactly(device(70));
  }

  private StreamScheduler withDevices(int placesInAll, int devices) {
    return withDevices(StreamTiming.V4, placesInAll, 1, devices);
  }

  private StreamScheduler v3WithDevices(int placesInAll, int tasks) {
    return withDevices(StreamTiming.V3, placesInAll, tasks, 100);
  }

  private StreamScheduler withDevices(
      StreamTiming timing, int placesInAll, int tasks, int devices) {
    places = placesInAll;
    StreamScheduler scheduler = new StreamScheduler(timing, tasks);
    for (int i = 0; i < devices; i++) {
      scheduler.sighted(device(i), false);
    }
    return scheduler;
  }

  private StreamScheduler.Plan plan(StreamScheduler scheduler) {
    StreamScheduler.Plan plan =
        scheduler.plan(
            places, leaving, now, device -> quiet.getOrDefault(device, StreamScheduler.READING));
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
