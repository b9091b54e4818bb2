package io.github.chirpconnect.it.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.harness.kafka.TopicRecord;
import io.github.chirpconnect.it.ServersWithStreams;
import io.github.chirpconnect.it.SmallNetwork;
import io.github.chirpconnect.it.SourceUnderTest;
import io.github.chirpconnect.simulator.SimulatedServer;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;

/**
 * Times are the gateways', with v3 its server's, and they may be anywhere; brokers refuse records
 * from the future.
 */
@Timeout(120)
@ServersWithStreams
class TimeIT {
  private static final Duration AHEAD = Duration.ofDays(1);

  /** What happens is dated a day ahead. */
  private static final class ADayAhead implements Time {
    private final Time real = Time.real();

    @Override
    public Instant now() {
      return real.now().plus(AHEAD);
    }

    @Override
    public void after(Duration delay, Runnable task) {
      real.after(delay, task);
    }

    @Override
    public void close() {
      real.close();
    }
  }

  @Parameter SimulatedServer server;

  @Test
  void aTimeOfTomorrowStaysAFieldAndDoesNotFailTheTask() {
    try (Simulator chirpStack = server.builder().empty().time(new ADayAhead()).start();
        SourceUnderTest source = new SourceUnderTest(chirpStack)) {
      // Redis has the right time, as the server has.
      chirpStack.faults().moveRedisClock(AHEAD.negated());
      SmallNetwork network = new SmallNetwork(chirpStack, 2);
      network.uplinks(2);
      Instant start = Instant.now().minusSeconds(60);
      source.start();
      source.awaitLogs();

      source.assertEachEntryOnceInOrder();
      source.client().awaitRunning(source.name(), 1);
      List<TopicRecord> entries =
          source.records().stream()
              .filter(record -> record.header("chirpstack.id") != null)
              .toList();
      assertThat(entries)
          .hasSizeGreaterThan(10)
          .allSatisfy(
              record -> {
                Instant time = Instant.ofEpochMilli(record.json().path("time").asLong());
                assertThat(time).isAfter(Instant.now().plus(AHEAD).minusSeconds(120));
                assertThat(record.timestamp()).isBetween(start, Instant.now());
                String id = record.header("chirpstack.id");
                if (!id.startsWith("d:")) {
                  assertThat(id).startsWith(record.timestamp().toEpochMilli() + "-");
                }
              });
    }
  }
}
