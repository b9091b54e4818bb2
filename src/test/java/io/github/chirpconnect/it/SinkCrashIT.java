package io.github.chirpconnect.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.harness.ConnectWorker;
import io.github.chirpconnect.harness.KafkaBroker;
import io.github.chirpconnect.simulator.LabCodec;
import io.github.chirpconnect.simulator.SimulatedServer;
import io.github.chirpconnect.simulator.Simulator;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worker is killed after the server took commands and before their offsets were committed. What
 * is guaranteed:
 *
 * <ul>
 *   <li>each command is queued, those of a device in order;
 *   <li>what the server took beyond the last commit is at most the window, 256 records of a
 *       partition, and only of these any can be queued twice;
 *   <li>of these, none is that is still in the device's queue, or has a later one there.
 * </ul>
 */
@Timeout(180)
@ParameterizedClass
@EnumSource
class SinkCrashIT {
  private static final Logger LOG = LoggerFactory.getLogger(SinkCrashIT.class);
  private static final int COMMITTED = 100;
  private static final int WINDOW = 256;
  private static final int COMMANDS = COMMITTED + 2 * WINDOW;
  private static final int LONELY = COMMITTED + 10;
  private static final int CHATTY = COMMITTED + 3;

  private final SimulatedServer server;
  private final Simulator chirpStack;
  private final List<String> devices;
  private final String chatty;
  private final String lonely;

  SinkCrashIT(SimulatedServer server) {
    this.server = server;
    chirpStack = server.builder().empty().start();
    List<String> heard = SmallNetwork.heard(chirpStack, 21).devEuis();
    devices = heard.subList(0, 20);
    chatty = devices.get(3);
    lonely = heard.get(20);
  }

  @Test
  void nothingIsLostAndOnlyWhatTheQueueNoLongerShowsIsDoubled() {
    try (chirpStack;
        ConnectWorker worker = ConnectWorker.on(KafkaBroker.shared()).start();
        SinkUnderTest sink = new SinkUnderTest(worker, chirpStack, 1)) {
      // No answer, and none missed for as long as this takes: what follows can't be committed.
      sink.with("chirpstack.request.timeout.ms", "60000").start();
      send(sink, 0, COMMITTED);
      sink.awaitCommitted(COMMITTED);
      chirpStack.faults().dropAnswers(server.enqueueMethod(), 1);
      // Alone, so that it is this command's answer that is missed and no other's.
      send(sink, COMMITTED, COMMITTED + 1);
      sink.awaitAccepted(COMMITTED + 1);
      send(sink, COMMITTED + 1, COMMANDS);
      sink.awaitAccepted(COMMITTED + WINDOW - devices.size());
      worker.kill();

      List<Integer> before = sink.accepted();
      Set<Integer> uncommitted = new TreeSet<>(before);
      uncommitted.removeIf(number -> number < sink.committedRecords());
      assertThat(before).doesNotHaveDuplicates();
      assertThat(sink.committedRecords()).isEqualTo(COMMITTED);
      assertThat(uncommitted).hasSizeBetween(WINDOW / 2, WINDOW);
      assertThat(uncommitted).allMatch(number -> number < COMMITTED + WINDOW);
      // Over the air go the only command of one device, and the first of several of another.
      air(lonely, LONELY);
      air(chatty, CHATTY);
      worker.start();

      sink.awaitCommitted(COMMANDS);
      List<Integer> doubled = new ArrayList<>(sink.accepted());
      IntStream.range(0, COMMANDS).boxed().forEach(doubled::remove);
      LOG.info("{} commands in doubt, {} of them queued twice", uncommitted.size(), doubled.size());
      assertThat(new HashSet<>(sink.accepted()))
          .isEqualTo(new HashSet<>(IntStream.range(0, COMMANDS).boxed().toList()));
      assertThat(uncommitted).containsAll(doubled);
      assertThat(doubled).as("doubled").containsExactly(LONELY);
      assertThat(sink.outcomes(chatty)).as("outcomes of " + chatty).containsOnlyOnce("skipped");
      for (String device : devices) {
        assertThat(sink.accepted(device))
            .containsExactlyElementsOf(
                IntStream.range(0, COMMANDS)
                    .filter(i -> device(i).equals(device))
                    .boxed()
                    .toList());
      }
      assertThat(sink.deadLetters()).isEmpty();
    }
  }

  /** The device is heard until a command has gone to it over the air. */
  private void air(String device, int number) {
    while (chirpStack.network().queue(device).stream()
        .anyMatch(item -> SinkUnderTest.number(item) == number)) {
      chirpStack.network().uplink(device, 1, LabCodec.payload(20, 40));
    }
  }

  private void send(SinkUnderTest sink, int from, int to) {
    for (int i = from; i < to; i++) {
      sink.send(device(i), i);
    }
  }

  private String device(int number) {
    return number == LONELY ? lonely : devices.get(number % devices.size());
  }
}
