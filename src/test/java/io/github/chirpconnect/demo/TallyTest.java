package io.github.chirpconnect.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TallyTest {
  private final Tally tally = new Tally(5);

  @Test
  void missesWhatItHasNotSeen() {
    assertThat(tally.missing()).containsExactly("device records", "5 more kinds of event of 5");
    tally.add(Records.device("{}"));
    List.of("up", "join", "status", "log").forEach(kind -> tally.add(Records.event(kind, 0, "{}")));
    assertThat(tally.missing()).containsExactly("1 more kinds of event of 5");
    tally.add(Records.event("ack", 0, "{}"));
    assertThat(tally.missing()).isEmpty();
  }

  @Test
  void oneKindMayBeAll() {
    Tally one = new Tally(1);
    one.add(Records.device("{}"));
    assertThat(one.missing()).containsExactly("events");
    one.add(Records.event("up", 0, "{}"));
    assertThat(one.missing()).isEmpty();
  }

  @Test
  void framesAreNoEventsAndTombstonesNoDevices() {
    tally.add(Records.frame());
    tally.add(Records.device(null));
    tally.add(Records.event("up", 0, "{}"));
    tally.add(Records.event("up", 1, "{}"));
    assertThat(tally.summary())
        .containsExactly(
            "devices   0 records", "events    up 2 (1 kinds)", "frames    1 records, not shown");
  }
}
