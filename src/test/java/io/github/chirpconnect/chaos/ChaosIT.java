package io.github.chirpconnect.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.harness.connect.ConnectWorker;
import io.github.chirpconnect.harness.kafka.ProcessBroker;
import io.github.chirpconnect.harness.kafka.Topics;
import io.github.chirpconnect.simulator.SimulatedServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A source and a sink at a v4 and at a v3, on one worker, while one thing after the other goes
 * wrong: servers, links, the worker, the broker of outcomes. In the end nothing is lost, doubled or
 * out of order, no gap is told, each outcome is true, and no task has failed.
 *
 * <p>Two minutes, unless {@code -Dchaos.minutes} says otherwise. {@code -Dchaos.seed} plans the
 * faults; what they meet depends on the machine as well. {@code mvn verify -Pchaos} runs twenty
 * minutes by a new plan, and the log names its seed.
 */
class ChaosIT {
  private static final Logger LOG = LoggerFactory.getLogger(ChaosIT.class);

  private static final Duration BETWEEN_WORDS = Duration.ofMillis(250);

  /**
   * Of a mishap and of the calm after it. Beyond the session time-out of the worker's consumers.
   */
  private static final int LONGEST_MISHAP_MS = 10_000;

  private static final int LONGEST_CALM_MS = 4_000;

  /** For what was put off to come in the end. */
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final long seed = seed(Long.getLong("chaos.seed", 1));
  private final Duration length = Duration.ofMinutes(Long.getLong("chaos.minutes", 1));
  private final Random random = new Random(seed);
  private volatile boolean over;

  @Test
  void theBooksBalanceWhateverGoesWrong() {
    LOG.info("Seed {}, {} minutes", seed, length.toMinutes());
    try (ProcessBroker broker = ProcessBroker.start();
        ProcessBroker outcomeBroker = ProcessBroker.start();
        ConnectWorker worker = ConnectWorker.on(broker).exactlyOnce().start();
        Topics topics = new Topics(broker);
        Topics outcomeTopics = new Topics(outcomeBroker);
        Site v4 = new Site(SimulatedServer.V4_GRPC, seed);
        Site v3 = new Site(SimulatedServer.V3_GRPC, seed)) {
      List<Site> sites = List.of(v4, v3);
      for (Site site : sites) {
        site.start(worker.client(), topics, outcomeTopics, outcomeBroker.bootstrapServers());
      }
      CompletableFuture<Void> traffic = CompletableFuture.runAsync(() -> talk(sites, topics));
      try {
        goWrong(Mishap.all(worker, outcomeBroker, sites));
      } finally {
        over = true;
      }
      traffic.join();

      List<String> broken = new ArrayList<>();
      for (Site site : sites) {
        awaitBalance(site, topics, outcomeTopics);
        broken.addAll(Books.audit(site, topics, outcomeTopics));
        for (String connector : List.of(site.source(), site.sink())) {
          worker
              .client()
              .status(connector)
              .failure()
              .ifPresent(trace -> broken.add(connector + " failed: " + trace));
        }
      }
      assertThat(broken).as("with the seed " + seed).isEmpty();
    }
  }

  /** Zero stands for whatever comes. */
  private static long seed(long given) {
    return given == 0 ? System.nanoTime() : given;
  }

  private void talk(List<Site> sites, Topics topics) {
    Random words = new Random(seed);
    while (!over) {
      sites.forEach(site -> site.talk(words, topics));
      pause(BETWEEN_WORDS);
    }
  }

  private void goWrong(List<Mishap> mishaps) {
    long end = System.nanoTime() + length.toNanos();
    while (System.nanoTime() < end) {
      Mishap mishap = mishaps.get(random.nextInt(mishaps.size()));
      Duration lasts = Duration.ofMillis(random.nextInt(LONGEST_MISHAP_MS));
      LOG.info("For {} ms: {}", lasts.toMillis(), mishap.name());
      mishap.begin().run();
      try {
        pause(lasts);
      } finally {
        mishap.end().run();
      }
      pause(Duration.ofMillis(random.nextInt(LONGEST_CALM_MS)));
    }
  }

  /** Returns when all balances, or when it had its time. */
  private void awaitBalance(Site site, Topics topics, Topics outcomeTopics) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      if (site.committed(topics) == site.sent()
          && Books.audit(site, topics, outcomeTopics).isEmpty()) {
        LOG.info(
            "{}: {} commands, {} entries of logs; the books balance",
            site.name(),
            site.sent(),
            site.written(topics).size());
        return;
      }
      pause(Duration.ofSeconds(2));
    }
    LOG.warn(
        "{}: {} of {} commands are committed", site.name(), site.committed(topics), site.sent());
  }

  /** Faults last and calm lasts: that is what this is about, so it really waits. */
  private static void pause(Duration duration) {
    Awaitility.await().pollDelay(duration).atMost(duration.plusMinutes(1)).until(() -> true);
  }
}
