package io.github.chirpconnect.sink;

import static io.github.chirpconnect.sink.SinkBed.A;
import static io.github.chirpconnect.sink.SinkBed.PARTITION;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.sink.outcome.OutcomeRecord;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Records without a value. */
class TombstoneTest {
  private final SinkBed bed =
      new SinkBed()
          .with("outcome.topic", "outcomes")
          .with("outcome.producer.bootstrap.servers", "k:9092");

  @Test
  void isAnInvalidCommandUnlessConfigured() {
    bed.start();
    sendTombstoneBetweenCommands();

    assertThat(bed.context.reasons())
        .singleElement()
        .asString()
        .contains("the record has no value", "tombstone");
    assertThat(bed.outcomes.texts()).containsExactlyInAnyOrder("accepted", "rejected", "accepted");
    assertThat(bed.server.flushes).isEmpty();
    assertThat(bed.committed()).isEqualTo(3);
  }

  @Test
  void isCommittedWithoutAnOutcomeIfIgnored() {
    bed.with("tombstone", "ignore").with("errors.tolerance", "none").start();
    sendTombstoneBetweenCommands();

    assertThat(bed.context.reports).isEmpty();
    assertThat(bed.outcomes.written)
        .extracting(OutcomeRecord::offset)
        .containsExactlyInAnyOrder(0L, 2L);
    assertThat(bed.server.flushes).isEmpty();
    assertThat(bed.committed()).isEqualTo(3);
  }

  @Test
  void anIgnoredOneAloneIsCommittedToo() {
    bed.with("tombstone", "ignore").start();
    bed.put(bed.record(PARTITION, A, null));
    bed.turns(Duration.ofSeconds(1));

    assertThat(bed.outcomes.written).isEmpty();
    assertThat(bed.committed()).isEqualTo(1);
  }

  @Test
  void emptiesTheQueueInItsPlaceIfThatIsConfigured() {
    bed.with("tombstone", "flush").start();
    sendTombstoneBetweenCommands();

    assertThat(bed.server.flushes).containsExactly(A);
    assertThat(bed.server.queues.get(A)).singleElement().extracting("fPort").isEqualTo(2);
    assertThat(bed.outcomes.texts()).containsExactly("accepted", "accepted", "accepted");
    assertThat(bed.committed()).isEqualTo(3);
  }

  private void sendTombstoneBetweenCommands() {
    bed.server.answerAtOnce();
    bed.put(bed.command(A, 1), bed.record(PARTITION, A, null), bed.command(A, 2));
    bed.turns(Duration.ofSeconds(1));
  }
}
