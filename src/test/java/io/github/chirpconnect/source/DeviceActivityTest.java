package io.github.chirpconnect.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.channel.CapturedLog;
import io.github.chirpconnect.testing.FakeChirpStack.Profile;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.Test;

/** With {@code inventory.activity}, the feed {@code devices} tells who has gone silent. */
class DeviceActivityTest {
  private static final String A = "0101010101010101";
  private static final String B = "0202020202020202";
  private static final String METER = "1fcc1803-2600-4d87-a6f7-15ced4558cc0";
  private static final String VALVE = "2a2a2a2a-2600-4d87-a6f7-15ced4558cc0";

  private final TaskUnderTest task = new TaskUnderTest("devices");

  DeviceActivityTest() {
    task.properties.put("inventory.activity", "true");
    profile(METER, Duration.ofMinutes(10), true);
  }

  @Test
  void aDeviceIsInactiveAfterOneAndAHalfOfItsIntervalsWithoutAnyChangeAtTheServer() {
    task.chirpStack.add(A, "meter", task.time.instant(), METER);
    task.start();
    assertThat(activities(task.runSeconds(1))).containsExactly("ACTIVE");
    assertThat(task.runSeconds(14 * 60)).isEmpty();
    assertThat(activities(task.runSeconds(120))).as("15 minutes").containsExactly("INACTIVE");
    assertThat(task.runSeconds(3_600)).isEmpty();

    task.chirpStack.add(A, "meter", task.time.instant(), METER);
    assertThat(activities(task.runSeconds(61))).as("heard again").containsExactly("ACTIVE");
  }

  @Test
  void aRestartRepeatsNothing() {
    task.chirpStack.add(A, "meter", task.time.instant(), METER);
    task.start();
    task.runSeconds(1);
    task.restart();
    assertThat(task.runSeconds(61)).isEmpty();
    task.task().stop();
    task.time.advance(Duration.ofMinutes(20));
    task.start();
    assertThat(activities(task.runSeconds(1))).as("meanwhile").containsExactly("INACTIVE");
  }

  @Test
  void aDeviceThatWasNeverSeenNeedsNoProfile() {
    task.chirpStack.add(A, "meter", null, METER);
    task.start();
    assertThat(activities(task.runSeconds(1))).containsExactly("NEVER_SEEN");
    assertThat(task.chirpStack.askedProfiles).isEmpty();
  }

  @Test
  void aProfileIsAskedForOnceAndAgainWhenTheListShowsAChange() {
    task.chirpStack.add(A, "meter", task.time.instant(), METER);
    task.chirpStack.add(B, "meter too", task.time.instant(), METER);
    profile(VALVE, Duration.ofMinutes(1), true);
    task.start();
    assertThat(task.runSeconds(600)).hasSize(2);
    assertThat(task.chirpStack.askedProfiles).as("not one without devices").containsExactly(METER);

    profile(METER, Duration.ofMinutes(1), true);
    assertThat(activities(task.runSeconds(61))).containsExactly("INACTIVE", "INACTIVE");
    assertThat(task.chirpStack.askedProfiles).containsExactly(METER, METER);
  }

  /** Where an application is named, no list has its tenant's profiles. */
  @Test
  void aProfileThatNoListShowsIsAskedForAgainAfterAWhile() {
    profile(METER, Duration.ofMinutes(10), false);
    task.chirpStack.add(A, "meter", task.time.instant(), METER);
    task.start();
    task.runSeconds(9 * 60);
    assertThat(task.chirpStack.askedProfiles).hasSize(1);
    profile(METER, Duration.ofMinutes(1), false);
    assertThat(activities(task.runSeconds(120))).containsExactly("INACTIVE");
  }

  @Test
  void anIntervalThatIsNotKnownMakesNoActivity() {
    task.chirpStack.add(A, "without a profile", task.time.instant(), null);
    task.chirpStack.add(B, "of a profile that says none", task.time.instant(), VALVE);
    task.start();
    assertThat(activities(task.runSeconds(1))).containsExactly(null, null);
    assertThat(task.runSeconds(600)).isEmpty();
  }

  @Test
  void aProfileThatTheKeyMayNotSeeIsSaidOnce() {
    task.chirpStack.profileFailure = new ApiException(FailureKind.NOT_PERMITTED, "not authorized");
    task.chirpStack.add(A, "meter", task.time.instant(), METER);
    task.start();
    try (CapturedLog log = new CapturedLog(Level.WARN)) {
      assertThat(activities(task.runSeconds(1_200))).containsExactly((String) null);
      assertThat(log.lines()).filteredOn(line -> line.contains(METER)).hasSize(1);
    }
    task.chirpStack.profileFailure = null;
    assertThat(activities(task.runSeconds(660))).containsExactly("INACTIVE");
  }

  /** Else the device would change to unknown and back. */
  @Test
  void anIntervalThatCannotBeReadRepeatsTheWalk() {
    task.chirpStack.profileFailure = new ApiException(FailureKind.TRANSIENT, "Socket closed");
    task.chirpStack.add(A, "meter", task.time.instant(), METER);
    task.start();
    assertThat(task.runSeconds(10)).isEmpty();
    task.chirpStack.profileFailure = null;
    assertThat(activities(task.runSeconds(31))).containsExactly("ACTIVE");
  }

  @Test
  void itIsNotToldUnlessAskedFor() {
    task.properties.remove("inventory.activity");
    task.chirpStack.add(A, "meter", task.time.instant(), METER);
    task.start();
    assertThat(activities(task.runSeconds(1))).containsExactly((String) null);
    assertThat(task.chirpStack.askedProfiles).isEmpty();
  }

  private void profile(String id, Duration uplinkInterval, boolean listed) {
    Instant updatedAt = task.time.instant();
    task.chirpStack.profiles.put(id, new Profile(uplinkInterval, updatedAt, listed));
  }

  private static List<String> activities(List<SourceRecord> records) {
    return records.stream().map(record -> ((Struct) record.value()).getString("activity")).toList();
  }
}
