package io.github.chirpconnect.sink;

import static io.github.chirpconnect.sink.SinkBed.PARTITION;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.DeviceState;
import io.github.chirpconnect.api.Downlink;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.QueuedDownlink;
import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.common.CompletionQueue;
import io.github.chirpconnect.config.SinkConfig.Tombstone;
import io.github.chirpconnect.sink.command.Command;
import io.github.chirpconnect.sink.command.CommandReader;
import io.github.chirpconnect.sink.memory.OutcomeArchive;
import io.github.chirpconnect.sink.outcome.OutcomeLog;
import io.github.chirpconnect.sink.outcome.OutcomeRecord;
import io.github.chirpconnect.sink.share.PartitionCount;
import io.github.chirpconnect.testing.FakeChirpStack;
import io.github.chirpconnect.testing.FakeQueues;
import io.github.chirpconnect.testing.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two workers take a partition from each other and are killed between any two steps, while commits
 * and answers are lost, devices are served and others queue items. At the end the books must
 * balance:
 *
 * <ul>
 *   <li>each command was queued, or its outcome is unknown, with a reason that is true;
 *   <li>none is sent while its own item is in the queue, so twice only when the first one was
 *       served before the other worker looked;
 *   <li>{@code accepted} is said only of what was queued;
 *   <li>what a worker sends to a device between a take-over and the next goes in order, repetitions
 *       and cut off calls included, and nothing that an earlier owner sent comes in between;
 *   <li>as long as a worker lives, it sends nothing that precedes what it knows it has sent. Not so
 *       for two workers: when what one has sent is served, the other can't know of it, and sends
 *       what the first passed over;
 *   <li>with {@code in.doubt=resend} each command was queued, once or more often.
 * </ul>
 */
class TakeOverBooksTest {
  private static final int WORLDS = 8;
  private static final String MORE = "take.over.seeds";
  private static final int STEPS = 300;

  /**
   * Few enough for every build. {@code -Dtake.over.seeds=1000-2000} runs others. The two by name
   * once found a partition that came back to a worker, which sent what it had passed over.
   */
  static LongStream seeds() {
    String more = System.getProperty(MORE);
    if (more == null) {
      return LongStream.concat(LongStream.range(0, WORLDS), LongStream.of(217, 520));
    }
    String[] ends = more.split("-");
    return LongStream.range(Long.parseLong(ends[0]), Long.parseLong(ends[1]));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void theBooksBalance(long seed) {
    World world = lived(seed, "inspect", false);

    for (long offset = 0; offset < world.log.size(); offset++) {
      Set<String> outcomes = world.outcomesOf(offset);
      int sent = world.landed.getOrDefault(offset, 0);
      assertThat(sent > 0 || outcomes.contains("unknown")).as("lost: %d", offset).isTrue();
      assertThat(sent > 0 || !outcomes.contains("accepted")).as("claimed: %d", offset).isTrue();
      if (sent > 1) {
        assertThat(world.served).as("doubled: %d", offset).contains(offset);
      }
    }
    world.assertReasonsAreTrue();
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void resendLosesNothing(long seed) {
    World world = lived(seed, "resend", false);

    assertThat(world.landed.keySet())
        .containsAll(LongStream.range(0, world.log.size()).boxed().toList());
    assertThat(world.outcomes.texts()).containsOnly("accepted");
  }

  /**
   * With an outcome topic that is read back, nothing is sent twice at all: what can't be known is
   * unknown. Outcomes that were under way when a worker was killed are written, or lost.
   */
  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void withAMemoryNothingIsDoubled(long seed) {
    World world = lived(seed, "inspect", true);

    for (long offset = 0; offset < world.log.size(); offset++) {
      Set<String> outcomes = world.outcomesOf(offset);
      int sent = world.landed.getOrDefault(offset, 0);
      assertThat(sent).as("doubled: %d", offset).isLessThanOrEqualTo(1);
      assertThat(sent > 0 || outcomes.contains("unknown")).as("lost: %d", offset).isTrue();
      assertThat(sent > 0 || !outcomes.contains("accepted")).as("claimed: %d", offset).isTrue();
      assertThat(outcomes).as("outcomes of %d", offset).hasSize(1);
    }
    world.assertItemsAreTheCommandsOwn();
  }

  /** A world in which all has happened that the seed says, and all faults are over. */
  private static World lived(long seed, String inDoubt, boolean remembers) {
    World world = new World(new Random(seed), inDoubt, remembers);
    for (int step = 0; step < STEPS; step++) {
      world.step();
    }
    world.settle();
    return world;
  }

  /** The server, its devices, the topic, and two workers of which one has the partition. */
  private static final class World {
    private static final Instant NEVER = Instant.parse("2030-01-01T00:00:00Z");
    private static final int FOREIGN = 900_000;
    private static final int DEVICES = 4;
    private static final Pattern NAMED =
        Pattern.compile("queue, as (?:item-|frame counter )(\\d+)");
    private static final Pattern LATER = Pattern.compile("is, as (?:item-|frame counter )(\\d+)");

    final List<SinkRecord> log = new ArrayList<>();
    final Map<Long, Integer> landed = new HashMap<>();
    final Set<Long> served = new HashSet<>();
    final SinkBed.FakeOutcomes outcomes = new SinkBed.FakeOutcomes();

    /** Records that the brokers do not have yet, in the order in which they were written. */
    private final Deque<Runnable> underWay = new ArrayDeque<>();

    private final Random random;
    private final String inDoubt;
    private final ManualTime time = new ManualTime();
    private final FakeChirpStack server = new FakeChirpStack(time);

    /** Whether commands are alike; calls that are cut off have then been carried out. */
    private final boolean alike;

    private final boolean resend;
    private final boolean remembers;
    private final Map<Runnable, Instant> late = new LinkedHashMap<>();

    /** Who had the partition, by the number of calls that were made before. */
    private final NavigableMap<Integer, Worker> owners = new TreeMap<>();

    /** The last command of each device that the worker who has the partition has queued since. */
    private final Map<String, Long> lastLanded = new HashMap<>();

    private final Map<String, QueuedDownlink> everQueued = new HashMap<>();
    private final List<Worker> workers = new ArrayList<>();
    private int owner;
    private long committed;
    private boolean commitLost;
    private int foreign;

    World(Random random, String inDoubt, boolean remembers) {
      this.random = random;
      this.remembers = remembers;
      this.inDoubt = inDoubt;
      resend = inDoubt.equals("resend");
      alike = random.nextBoolean();
      server.countsFrames = random.nextInt(3) == 0;
      for (int device = 0; device < DEVICES; device++) {
        String deviceClass = server.countsFrames ? null : device == 0 ? "CLASS_C" : "CLASS_A";
        server.states.put(
            eui(device), new DeviceState(time.instant().minus(Duration.ofHours(1)), deviceClass));
      }
      workers.add(new Worker());
      workers.add(new Worker());
      takeOver();
    }

    private void takeOver() {
      lastLanded.clear();
      owners.put(server.enqueues.size(), workers.get(owner));
      workers.get(owner).open();
    }

    void step() {
      pass(random.nextInt(20) == 0 ? random.nextInt(4_000) : random.nextInt(60));
      switch (random.nextInt(24)) {
        case 0, 1, 2, 3, 4 -> write(1 + random.nextInt(random.nextInt(10) == 0 ? 300 : 6));
        case 5, 6, 7 -> workers.get(owner).deliver();
        case 8, 9 -> workers.get(owner).turn();
        case 10, 11, 12, 13, 14 -> answer();
        case 15 -> server.atOnce = server.atOnce == null ? this::succeed : null;
        case 16 -> queueForeign();
        case 17 -> serve(eui(random.nextInt(DEVICES)));
        case 18, 19 -> workers.get(owner).commit();
        case 20 -> kill();
        case 21 -> rebalance();
        default -> workers.get(owner).turn();
      }
    }

    /** Until all is committed, with a server that answers and a worker that stays. */
    void settle() {
      for (int turn = 0; turn < 4_000 && committed < log.size(); turn++) {
        server.waiting().forEach(this::succeed);
        server.atOnce = this::succeed;
        pass(50);
        workers.get(owner).deliver();
        workers.get(owner).commit();
      }
      assertThat(committed).as("committed").isEqualTo(log.size());
    }

    private void write(int count) {
      for (int i = 0; i < count; i++) {
        int offset = log.size();
        int content = alike ? random.nextInt(2) : offset;
        // Producers' clocks differ by some seconds.
        long written = time.instant().toEpochMilli() + random.nextInt(8_000) - 4_000;
        String value =
            "{\"f_port\":7,\"data\":\"%s\",\"expires_at\":\"%s\"}"
                .formatted(SinkBed.base64(content >> 8, content), NEVER.plusNanos(offset));
        log.add(
            new SinkRecord(
                PARTITION.topic(),
                PARTITION.partition(),
                null,
                eui(random.nextInt(DEVICES)),
                null,
                value,
                offset,
                written,
                TimestampType.CREATE_TIME));
      }
    }

    /** What becomes of a call; the oldest first, or any. */
    private void answer() {
      List<FakeQueues.Enqueue> waiting = server.waiting();
      if (waiting.isEmpty()) {
        return;
      }
      FakeQueues.Enqueue call = waiting.get(random.nextInt(waiting.size()));
      switch (random.nextInt(8)) {
        case 0 -> {
          land(call);
          call.fail(FailureKind.IN_DOUBT, "answer lost");
        }
        case 1 -> call.fail(alike ? FailureKind.TRANSIENT : FailureKind.IN_DOUBT, "cut off");
        case 2 -> call.fail(FailureKind.TRANSIENT, "busy");
        default -> succeed(call);
      }
    }

    private void succeed(FakeQueues.Enqueue call) {
      if (!call.answer.isDone()) {
        call.succeed();
        landed(call);
        ownerAt(call).getValue().knows(call);
      }
    }

    private void land(FakeQueues.Enqueue call) {
      server.queue(call.downlink);
      landed(call);
    }

    private void landed(FakeQueues.Enqueue call) {
      String device = call.downlink.target().id();
      List<QueuedDownlink> queue = server.queues.get(device);
      QueuedDownlink item = queue.get(queue.size() - 1);
      long offset = offset(item.expiresAt());
      everQueued.put(name(device, item), item);
      if (!resend) {
        assertThat(queue.stream().limit(queue.size() - 1L).map(each -> offset(each.expiresAt())))
            .as("sent while it was in the queue")
            .doesNotContain(offset);
        assertOrder(call, device, offset);
      }
      landed.merge(offset, 1, Integer::sum);
    }

    private void assertOrder(FakeQueues.Enqueue call, String device, long offset) {
      Map.Entry<Integer, Worker> sender = ownerAt(call);
      assertThat(sender.getValue().known.getOrDefault(device, -1L))
          .as("order of a worker")
          .isLessThan(offset);
      if (sender.getKey().equals(owners.lastKey())) {
        assertThat(lastLanded.getOrDefault(device, -1L)).as("order").isLessThan(offset);
        lastLanded.put(device, offset);
      } else {
        assertThat(lastLanded).as("sent before a late call landed").doesNotContainKey(device);
      }
    }

    private Map.Entry<Integer, Worker> ownerAt(FakeQueues.Enqueue call) {
      return owners.floorEntry(server.enqueues.lastIndexOf(call));
    }

    private void queueForeign() {
      String device = eui(random.nextInt(DEVICES));
      // An equal item of another client can't be told from the command's own.
      int content = alike && !remembers ? random.nextInt(3) : FOREIGN;
      Instant expires = NEVER.plusNanos(FOREIGN + foreign++);
      byte[] data = {(byte) (content >> 8), (byte) content};
      QueuedDownlink item =
          server.queue(
              new Downlink(Target.device(device), 7, false, data, null, expires, null, false));
      everQueued.put(name(device, item), item);
    }

    private void serve(String device) {
      List<QueuedDownlink> queue = server.queues.getOrDefault(device, List.of());
      DeviceState before = server.states.get(device);
      server.states.put(device, new DeviceState(time.instant(), before.deviceClass()));
      if (!queue.isEmpty()) {
        served.add(offset(queue.remove(0).expiresAt()));
      }
    }

    /** Calls that are out land within moments, or never; nobody hears of it. */
    private void kill() {
      for (FakeQueues.Enqueue call : server.waiting()) {
        call.fail(FailureKind.IN_DOUBT, "the client is gone");
        if (random.nextBoolean()) {
          late.put(() -> land(call), soon());
        }
      }
      while (!underWay.isEmpty()) {
        Runnable write = underWay.remove();
        if (random.nextBoolean()) {
          write.run();
        }
      }
      workers.set(owner, new Worker());
      owner = random.nextInt(workers.size());
      takeOver();
    }

    /** With a last commit that may be lost; calls that are out are answered within moments. */
    private void rebalance() {
      Worker before = workers.get(owner);
      before.commit();
      before.close();
      for (FakeQueues.Enqueue call : server.waiting()) {
        late.put(
            random.nextBoolean()
                ? () -> succeed(call)
                : () -> call.fail(FailureKind.TRANSIENT, "refused"),
            soon());
      }
      owner = random.nextInt(workers.size());
      takeOver();
    }

    private Instant soon() {
      return time.instant().plusMillis(random.nextInt(1_500));
    }

    private void pass(long millis) {
      time.advance(Duration.ofMillis(millis));
      for (long i = underWay.isEmpty() ? 0 : random.nextInt(underWay.size() + 1); i > 0; i--) {
        underWay.remove().run();
      }
      List<Runnable> due =
          late.entrySet().stream()
              .filter(each -> !each.getValue().isAfter(time.instant()))
              .map(Map.Entry::getKey)
              .toList();
      due.forEach(late::remove);
      due.forEach(Runnable::run);
    }

    Set<String> outcomesOf(long offset) {
      Set<String> all = new HashSet<>();
      outcomes.written.stream()
          .filter(outcome -> outcome.offset() == offset)
          .forEach(outcome -> all.add(outcome.state()));
      return all;
    }

    /** The item that a reason names was there, and was what the reason says. */
    void assertReasonsAreTrue() {
      for (OutcomeRecord outcome : outcomes.written) {
        if (!outcome.state().equals("unknown")) {
          continue;
        }
        Matcher equal = NAMED.matcher(outcome.reason());
        Matcher later = LATER.matcher(outcome.reason());
        if (equal.find()) {
          QueuedDownlink item = everQueued.get(outcome.target().id() + " " + equal.group(1));
          assertThat(item).as(outcome.reason()).isNotNull();
          assertThat(command(outcome.offset()).mayBe(item)).isTrue();
        } else if (later.find()) {
          assertThat(everQueued).containsKey(outcome.target().id() + " " + later.group(1));
        } else if (outcome.reason().contains("had the partition before; so it was handled then")) {
          assertThat(landed.keySet())
              .as(outcome.reason())
              .anyMatch(
                  offset ->
                      offset >= outcome.offset()
                          && log.get(Math.toIntExact(offset)).key().equals(outcome.target().id()));
        } else {
          assertThat(outcome.reason()).contains("it is not in the device's queue, but the device");
        }
      }
    }

    private Command command(long offset) {
      return (Command) new CommandReader(Tombstone.REJECT).read(log.get(Math.toIntExact(offset)));
    }

    private static String name(String device, QueuedDownlink item) {
      return device
          + " "
          + (item.id() == null ? item.fCntDown() : item.id().substring("item-".length()));
    }

    private static long offset(Instant expiresAt) {
      return Duration.between(NEVER, expiresAt).toNanos();
    }

    private static String eui(int device) {
      return DeliveryOrderTest.eui(device + 1);
    }

    /** Of v4, whose items have ids. */
    void assertItemsAreTheCommandsOwn() {
      outcomes.written.stream()
          .filter(outcome -> outcome.queueItemId() != null)
          .forEach(
              outcome -> {
                String item = outcome.queueItemId().substring("item-".length());
                QueuedDownlink queued = everQueued.get(outcome.target().id() + " " + item);
                assertThat(offset(queued.expiresAt()))
                    .as("whose item %s is", item)
                    .isEqualTo(outcome.offset());
              });
    }

    /** Brokers that take their time. */
    private final class Lagging implements OutcomeLog {
      @Override
      public void write(OutcomeRecord outcome, OptionalLong highest, Consumer<Exception> written) {
        underWay.add(() -> outcomes.write(outcome, highest, written));
      }

      @Override
      public void close() {
        // What is under way stays so.
      }
    }

    /** A task with a consumer that knows where to go on. */
    private final class Worker {
      private final FakeContext context = new FakeContext();
      private final ChirpStackSinkTask task;
      private long position;

      /** The last command of each device of which it got the answer. */
      private final Map<String, Long> known = new HashMap<>();

      /** What the worker takes for committed, and compares with what is offered. */
      private OffsetAndMetadata lastCommitted;

      Worker() {
        CompletionQueue completions =
            new CompletionQueue() {
              @Override
              protected Runnable take(long millis) {
                Runnable letter = super.take(0);
                if (letter == null) {
                  pass(millis);
                }
                return letter;
              }
            };
        task =
            new ChirpStackSinkTask(
                parsed ->
                    new SinkDependencies(
                        server,
                        remembers ? new Lagging() : outcomes,
                        remembers ? outcomes.archive : OutcomeArchive.NONE,
                        PartitionCount.NONE,
                        time.clocks(),
                        () -> 0.0,
                        completions));
        task.initialize(context);
        task.start(
            Map.of(
                "chirpstack.url", "localhost:8080",
                "chirpstack.token", "a.b.c",
                "errors.tolerance", "all",
                "command.max.age.ms", "86400000",
                "in.doubt", inDoubt,
                "outcome.topic", "outcomes",
                "outcome.bootstrap.servers", "k:9092"));
      }

      void knows(FakeQueues.Enqueue call) {
        known.merge(call.downlink.target().id(), offset(call.downlink.expiresAt()), Math::max);
      }

      void open() {
        position = committed;
        lastCommitted = new OffsetAndMetadata(committed);
        context.assignment.add(PARTITION);
        task.open(Set.of(PARTITION));
      }

      void close() {
        context.assignment.remove(PARTITION);
        task.close(Set.of(PARTITION));
      }

      void deliver() {
        if (!context.paused.isEmpty()) {
          turn();
          return;
        }
        List<SinkRecord> batch =
            Stream.iterate(position, offset -> offset < log.size(), offset -> offset + 1)
                .limit(1 + random.nextInt(500))
                .map(offset -> log.get(Math.toIntExact(offset)))
                .toList();
        position += batch.size();
        task.put(batch);
        commitIfAsked();
      }

      void turn() {
        task.put(List.of());
        commitIfAsked();
      }

      private void commitIfAsked() {
        if (context.commitRequested) {
          commit();
        }
      }

      /** One commit in a row may be lost. */
      void commit() {
        context.commitRequested = false;
        OffsetAndMetadata offered =
            task.preCommit(new HashMap<>(Map.of(PARTITION, new OffsetAndMetadata(position))))
                .get(PARTITION);
        if (offered == null || offered.equals(lastCommitted)) {
          return;
        }
        commitLost = !commitLost && random.nextInt(10) == 0;
        if (!commitLost) {
          lastCommitted = offered;
          committed = offered.offset();
        }
      }
    }
  }
}
