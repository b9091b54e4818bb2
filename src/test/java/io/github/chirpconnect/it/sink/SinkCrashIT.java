package io.github.chirpconnect.it.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.api.ChirpStacks;
import io.github.chirpconnect.api.Downlink;
import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.config.SinkConfig;
import io.github.chirpconnect.harness.connect.ConnectWorker;
import io.github.chirpconnect.harness.kafka.KafkaBroker;
import io.github.chirpconnect.harness.kafka.TopicRecord;
import io.github.chirpconnect.it.SinkUnderTest;
import io.github.chirpconnect.it.SmallNetwork;
import io.github.chirpconnect.simulator.SimulatedServer;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.codec.LabCodec;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worker is killed after the server took commands and before their offsets were committed,
 * while others queue items too. What is guaranteed with an outcome topic:
 *
 * <ul>
 *   <li>each command is queued once, those of a device in order, or its outcome is unknown;
 *   <li>commands that are alike are told from each other, also those that wait for a sleeping
 *       device;
 *   <li>unknown are at most those whose call was announced and had no answer written;
 *   <li>what the server took beyond the last commit is at most the window, 256 records of a
 *       partition;
 *   <li>an outcome says {@code accepted} only of what was queued.
 * </ul>
 */
@Timeout(180)
@ParameterizedClass
@EnumSource
class SinkCrashIT {
  private static final Logger LOG = LoggerFactory.getLogger(SinkCrashIT.class);
  private static final int COMMITTED = 100;
  private static final int WINDOW = 256;
  private static final int IN_FLIGHT = 8;
  private static final int COMMANDS = COMMITTED + 2 * WINDOW;
  private static final int LONELY = COMMITTED + 10;
  private static final int CHATTY = COMMITTED + 3;

  /** Commands of one content for one device, and their payload. */
  private static final int DAILY_COMMITTED = 50;

  private static final int DAILY_SENT = COMMITTED + 20;
  private static final int DAILY_NEW = COMMITTED + WINDOW + 40;
  private static final Set<Integer> DAILY = Set.of(DAILY_COMMITTED, DAILY_SENT, DAILY_NEW);
  private static final int ALIKE = 1_000_000;

  private static final int FOREIGN = 2_000_000;

  private final SimulatedServer server;
  private final Simulator chirpStack;
  private final List<String> devices;
  private final String chatty;
  private final String lonely;
  private final String asleep;
  private int foreign;

  SinkCrashIT(SimulatedServer server) {
    this.server = server;
    chirpStack = server.builder().empty().start();
    List<String> heard = SmallNetwork.heard(chirpStack, 22).devEuis();
    devices = heard.subList(0, 20);
    chatty = devices.get(3);
    lonely = heard.get(20);
    asleep = heard.get(21);
  }

  @Test
  void nothingIsLostOrClaimedOrDoubled() {
    try (chirpStack;
        ConnectWorker worker = ConnectWorker.on(KafkaBroker.shared()).start();
        SinkUnderTest sink = new SinkUnderTest(worker, chirpStack, 1);
        ChirpStack others = ChirpStacks.connect(new SinkConfig(sink.config()).connection())) {
      // No answer, and none missed for as long as this takes: what follows can't be committed.
      sink.with("chirpstack.request.timeout.ms", "60000").start();
      othersQueue(others);
      send(sink, 0, COMMITTED);
      sink.awaitCommitted(COMMITTED);
      othersQueue(others);
      chirpStack.faults().dropAnswers(server.enqueueMethod(), 1);
      // Alone, so that it is this command's answer that is missed and no other's.
      send(sink, COMMITTED, COMMITTED + 1);
      sink.awaitAccepted(foreign + COMMITTED + 1);
      send(sink, COMMITTED + 1, COMMANDS);
      sink.awaitAccepted(foreign + COMMITTED + WINDOW - devices.size());
      worker.kill();

      List<Integer> before = sent(sink);
      Set<Integer> uncommitted = new TreeSet<>(before);
      uncommitted.removeIf(number -> number < sink.committedRecords());
      assertThat(before).doesNotHaveDuplicates();
      assertThat(sink.committedRecords()).isEqualTo(COMMITTED);
      assertThat(uncommitted).hasSizeBetween(WINDOW / 2, WINDOW);
      assertThat(uncommitted).allMatch(number -> number < COMMITTED + WINDOW);
      assertThat(sink.accepted(asleep)).filteredOn(number -> number == ALIKE).hasSize(2);
      Set<Integer> inDoubt = sink.inDoubt();
      assertThat(inDoubt).hasSizeBetween(1, 2 * IN_FLIGHT);
      // Over the air go the only command of one device, and the first of several of another.
      air(lonely, LONELY);
      air(chatty, CHATTY);
      othersQueue(others);
      worker.start();
      // Until their deadline, calls of the task before may still arrive: nobody waits a minute.
      sink.with("chirpstack.request.timeout.ms", "10000").start();

      sink.awaitCommitted(COMMANDS);
      Set<Integer> unknown = offsets(sink, "unknown");
      Set<Integer> accepted = offsets(sink, "accepted");
      LOG.info("{} calls in doubt, {} of them unknown", inDoubt.size(), unknown.size());
      assertThat(inDoubt).containsAll(unknown);
      assertThat(sent(sink)).as("sent").doesNotHaveDuplicates();
      Set<Integer> all = new TreeSet<>(different(0, COMMANDS));
      Set<Integer> queued = new TreeSet<>(sent(sink));
      queued.addAll(unknown);
      assertThat(queued).containsAll(all);
      for (String device : devices) {
        assertThat(sink.accepted(device)).filteredOn(number -> number < ALIKE).isSorted();
      }
      assertThat(sink.accepted(asleep)).filteredOn(number -> number == ALIKE).hasSize(DAILY.size());

      assertThat(accepted).noneMatch(unknown::contains);
      accepted.addAll(unknown);
      assertThat(accepted).hasSize(COMMANDS);
      assertThat(sink.deadLetters())
          .extracting(record -> Integer.valueOf(record.header("__connect.errors.offset")))
          .containsExactlyInAnyOrderElementsOf(unknown);
    }
  }

  /** For each device, behind what is there. */
  private void othersQueue(ChirpStack others) {
    Stream.concat(devices.stream(), Stream.of(lonely, asleep))
        .map(
            device ->
                others.enqueue(
                    new Downlink(
                        Target.device(device),
                        SinkUnderTest.PORT,
                        false,
                        SinkUnderTest.payload(FOREIGN + foreign++),
                        null,
                        null,
                        null,
                        false)))
        .toList()
        .forEach(queued -> queued.toCompletableFuture().join());
  }

  /** The device is heard until a command has gone to it over the air. */
  private void air(String device, int number) {
    while (chirpStack.network().queue(device).stream()
        .anyMatch(item -> SinkUnderTest.number(item) == number)) {
      chirpStack.network().uplink(device, 1, LabCodec.payload(20, 40));
    }
  }

  /** Whatever differs from all others that the server was sent, as often as it was. */
  private static List<Integer> sent(SinkUnderTest sink) {
    return sink.accepted().stream().filter(number -> number < ALIKE).toList();
  }

  private static Set<Integer> different(int from, int to) {
    return IntStream.range(from, to)
        .filter(number -> !DAILY.contains(number))
        .boxed()
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The offsets of the commands that have an outcome, which are their numbers. */
  private static Set<Integer> offsets(SinkUnderTest sink, String outcome) {
    return sink.outcomes().stream()
        .map(TopicRecord::json)
        .filter(json -> json.path("state").asText().equals(outcome))
        .map(json -> json.path("command_offset").asInt())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private void send(SinkUnderTest sink, int from, int to) {
    for (int i = from; i < to; i++) {
      sink.send(device(i), DAILY.contains(i) ? ALIKE : i);
    }
  }

  private String device(int number) {
    if (DAILY.contains(number)) {
      return asleep;
    }
    return number == LONELY ? lonely : devices.get(number % devices.size());
  }
}
