package io.github.chirpconnect.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.harness.connect.ConnectWorker;
import io.github.chirpconnect.harness.kafka.ProcessBroker;
import io.github.chirpconnect.harness.kafka.TopicReader;
import io.github.chirpconnect.harness.kafka.Topics;
import io.github.chirpconnect.simulator.SimulatedServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worker of four sinks is killed again and again, between any two steps of a command, while
 * commands go on, for devices and for multicast groups. In the end none is lost; none is doubled
 * but as documented; no outcome is wrong. Two of the sinks have an outcome topic.
 *
 * <p>A few times, unless {@code -Dchaos.kills} says otherwise; {@code mvn verify -Pchaos} kills 50
 * times, and then after each step of a command. {@code -Dchaos.seed} plans the kills; what they
 * meet depends on the machine as well.
 */
class SinkKillsIT {
  private static final Logger LOG = LoggerFactory.getLogger(SinkKillsIT.class);

  private static final Duration BETWEEN_COMMANDS = Duration.ofMillis(60);

  /** Less than what a request may take, so that the answer counts. */
  private static final Duration LATE = Duration.ofSeconds(2);

  /** As long as calls are held back; less than they are looked for after a crash. */
  private static final Duration HELD = Duration.ofSeconds(2);

  /** So many kills fall after each step. */
  private static final int MANY = 50;

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final long seed = seed(Long.getLong("chaos.seed", 1));
  private final int kills = Integer.getInteger("chaos.kills", 3);
  private final Random random = new Random(seed);
  private final List<KillPoint> points = new ArrayList<>();
  private volatile boolean over;
  private volatile boolean silent;

  /** Zero stands for whatever comes. */
  private static long seed(long given) {
    return given == 0 ? System.nanoTime() : given;
  }

  @Test
  void theBooksBalanceWheneverTheWorkerIsKilled() {
    LOG.info("Seed {}, {} kills", seed, kills);
    try (ProcessBroker broker = ProcessBroker.start();
        ProcessBroker outcomeBroker = ProcessBroker.start();
        ConnectWorker worker = ConnectWorker.on(broker).start();
        Topics topics = new Topics(broker);
        Topics outcomeTopics = new Topics(outcomeBroker);
        CommandSite v4 = new CommandSite(SimulatedServer.V4_GRPC, true, seed);
        CommandSite v3 = new CommandSite(SimulatedServer.V3_REST, true, seed);
        CommandSite bareV4 = new CommandSite(SimulatedServer.V4_REST, false, seed);
        CommandSite bareV3 = new CommandSite(SimulatedServer.V3_GRPC, false, seed)) {
      List<CommandSite> sites = List.of(v4, v3, bareV4, bareV3);
      for (CommandSite site : sites) {
        site.start(worker.client(), topics, outcomeTopics, outcomeBroker.bootstrapServers());
      }
      sites.forEach(site -> worker.client().awaitRunning(site.name(), 2));
      Interruptions interruptions =
          new Interruptions(List.of(v4, v3), topics, outcomeTopics, worker.log());
      CompletableFuture<Void> traffic = CompletableFuture.runAsync(() -> talk(sites, topics));
      try (interruptions;
          TopicReader outcomes = outcomeTopics.reader(v4.outcomeTopic(), v3.outcomeTopic())) {
        for (int i = 0; i < kills; i++) {
          KillPoint point = nextPoint();
          LOG.info("Kill {} of {}: {}", i + 1, kills, point);
          if (point != KillPoint.STARTING) {
            awaitTaken(sites, 1);
          }
          if (point == KillPoint.REBALANCE) {
            rebalance(sites, broker, sites.get(i % 2));
          } else {
            await(point, sites, outcomeBroker, outcomes);
          }
          interruptions.kill();
          worker.kill();
          goOn(sites, outcomeBroker);
          interruptions.look();
          worker.start();
        }
      } finally {
        over = true;
      }
      LOG.info("Kills fell after these steps: {}", interruptions);
      traffic.join();
      List<String> broken = new ArrayList<>();
      for (CommandSite site : sites) {
        CommandBooks books = closed(site, topics, outcomeTopics);
        LOG.info("{}", books);
        broken.addAll(books.broken());
        worker
            .client()
            .status(site.name())
            .failure()
            .ifPresent(trace -> broken.add(site.name() + " failed: " + trace));
      }
      assertThat(broken).as("with the seed " + seed).isEmpty();
      if (kills >= MANY) {
        assertThat(interruptions.missed()).as("steps after which no kill fell").isEmpty();
      }
    }
  }

  /** All in turns, each time in another order. */
  private KillPoint nextPoint() {
    if (points.isEmpty()) {
      points.addAll(List.of(KillPoint.values()));
      Collections.shuffle(points, random);
    }
    return points.remove(points.size() - 1);
  }

  private void talk(List<CommandSite> sites, Topics topics) {
    Random words = new Random(seed);
    while (!over) {
      if (!silent) {
        CommandSite site = sites.get(words.nextInt(sites.size()));
        site.send(words, topics);
        if (words.nextInt(8) == 0) {
          site.hear(words);
        }
      }
      pause(BETWEEN_COMMANDS);
    }
  }

  /** Returns when the worker is to be killed. */
  private void await(
      KillPoint point, List<CommandSite> sites, ProcessBroker outcomeBroker, TopicReader outcomes) {
    switch (point) {
      case ANY -> pause(Duration.ofMillis(random.nextInt(3_000)));
      case STARTING -> pause(Duration.ofMillis(random.nextInt(5_000)));
      case BEFORE_THE_CALL -> {
        sites.forEach(site -> site.holdCalls(HELD));
        pause(Duration.ofMillis(500 + random.nextInt(2_000)));
      }
      case BEFORE_THE_ANSWER -> {
        sites.forEach(site -> site.delayAnswers(LATE));
        awaitTaken(sites, 1 + random.nextInt(10));
      }
      case ANSWER_LOST -> {
        sites.forEach(site -> site.loseAnswers(1 + random.nextInt(3)));
        awaitTaken(sites, 1 + random.nextInt(5));
        pause(Duration.ofMillis(random.nextInt(1_000)));
      }
      case BEFORE_THE_OUTCOME -> {
        outcomeBroker.freeze();
        awaitTaken(sites, 1 + random.nextInt(5));
        awaitRefusals(sites.stream().filter(CommandSite::hasOutcomes).toList());
        pause(Duration.ofMillis(random.nextInt(500)));
      }
      case BEFORE_THE_COMMIT -> {
        outcomes.readToEnd();
        Awaitility.await("another outcome")
            .pollInterval(Duration.ofMillis(1))
            .atMost(PATIENCE)
            .until(() -> !outcomes.poll().isEmpty());
      }
      case REBALANCE -> throw new IllegalStateException("takes longer than a moment");
    }
  }

  /**
   * A partition goes from one task to the other while a call for it is in flight; it may come back
   * before the kill.
   */
  private void rebalance(List<CommandSite> sites, ProcessBroker broker, CommandSite site) {
    sites.forEach(each -> each.delayAnswers(LATE));
    awaitTaken(sites, 1 + random.nextInt(5));
    try (Rival rival = new Rival(broker.bootstrapServers(), site)) {
      pause(Duration.ofMillis(2_000 + random.nextInt(3_000)));
      sites.forEach(each -> each.chirpStack().faults().clearCalls());
      pause(Duration.ofMillis(random.nextInt(6_000)));
    }
    pause(Duration.ofMillis(random.nextInt(3_000)));
  }

  /** Ends what was wrong while the worker is away, for a while or not, and with news or not. */
  private void goOn(List<CommandSite> sites, ProcessBroker outcomeBroker) {
    outcomeBroker.thaw();
    sites.forEach(site -> site.chirpStack().faults().clearCalls());
    silent = random.nextBoolean();
    if (random.nextBoolean()) {
      sites.forEach(site -> site.hear(random));
    }
    pause(Duration.ofMillis(random.nextInt(2_000)));
    silent = false;
  }

  /** Waits until the servers took so many more commands, all together. */
  private static void awaitTaken(List<CommandSite> sites, int more) {
    int before = taken(sites);
    Awaitility.await(more + " more commands taken")
        .pollInterval(Duration.ofMillis(5))
        .atMost(PATIENCE)
        .until(() -> taken(sites) >= before + more);
  }

  /** Waits until a command of each site was written that no server takes. */
  private static void awaitRefusals(List<CommandSite> sites) {
    List<Long> before = sites.stream().map(CommandSite::badCount).toList();
    Awaitility.await("bad commands")
        .pollInterval(Duration.ofMillis(5))
        .atMost(PATIENCE)
        .until(
            () ->
                IntStream.range(0, sites.size())
                    .allMatch(i -> sites.get(i).badCount() > before.get(i)));
  }

  private static int taken(List<CommandSite> sites) {
    return sites.stream().mapToInt(CommandSite::takenCount).sum();
  }

  /** The books when all balances, or when it had its time. */
  private static CommandBooks closed(CommandSite site, Topics topics, Topics outcomeTopics) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      boolean done = site.committed(topics) == site.sent().size();
      CommandBooks books = CommandBooks.of(site, topics, outcomeTopics);
      if (done || System.nanoTime() > end) {
        if (!done) {
          LOG.warn(
              "{}: {} of {} commands are committed",
              site.name(),
              site.committed(topics),
              site.sent().size());
        }
        return books;
      }
      pause(Duration.ofSeconds(2));
    }
  }

  /** The worker is to be killed at moments of chance, so it really waits. */
  private static void pause(Duration duration) {
    Awaitility.await().pollDelay(duration).atMost(duration.plusMinutes(1)).until(() -> true);
  }
}
