package io.github.chirpconnect.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.chirpconnect.harness.connect.ConnectWorker;
import io.github.chirpconnect.harness.kafka.KafkaBroker;
import io.github.chirpconnect.harness.kafka.ProcessBroker;
import io.github.chirpconnect.harness.kafka.TopicReader;
import io.github.chirpconnect.harness.kafka.Topics;
import io.github.chirpconnect.harness.process.Lifeline;
import io.github.chirpconnect.harness.process.Ports;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The harness itself: what it starts works, and what it ends is gone. */
class HarnessIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  @Test
  void aKilledBrokerComesBackWithItsData() {
    ProcessBroker broker = ProcessBroker.start();
    try (broker;
        Topics topics = new Topics(broker)) {
      topics.create("kept", 2);
      topics.send("kept", "k", "{\"a\": 1}");
      broker.kill();
      assertThat(Ports.answers(port(broker))).isFalse();
      broker.resume();
      assertThat(topics.read("kept", 1, TIMEOUT).get(0).json().path("a").asInt()).isEqualTo(1);
    }
    assertThat(Ports.answers(port(broker))).isFalse();
  }

  @Test
  void aReaderTellsWhatItReadInstead() {
    try (Topics topics = new Topics(KafkaBroker.shared());
        TopicReader reader = topics.reader("harness.other")) {
      topics.send("harness.other", "k", "v");
      reader.await(1, TIMEOUT);
      assertThatThrownBy(() -> reader.await(2, Duration.ofMillis(300)))
          .hasMessageContaining("for 2 records in harness.other")
          .hasMessageContaining("{harness.other=1}");
    }
  }

  @Test
  void aWorkerKeepsItsConnectorsOverAKill() {
    ConnectWorker worker = ConnectWorker.on(KafkaBroker.shared()).exactlyOnce().start();
    try (worker) {
      assertThat(worker.client().connectors()).isEmpty();
      worker.kill();
      worker.start();
      assertThat(worker.client().connectors()).isEmpty();
    }
  }

  @Test
  void aChildEndsWithItsParentHoweverThatWent() throws Exception {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Lifeline.class.getName(),
                Forever.class.getName())
            .start();
    assertThat(child.waitFor(500, TimeUnit.MILLISECONDS)).as("ended early").isFalse();
    // What the operating system does for a parent that is gone.
    child.getOutputStream().close();
    assertThat(child.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).as("ended").isTrue();
  }

  /** A main class that never returns; public, since the lifeline calls it. */
  public static final class Forever {
    private Forever() {}

    public static void main(String[] args) throws InterruptedException {
      new CountDownLatch(1).await();
    }
  }

  private static int port(KafkaBroker broker) {
    String servers = broker.bootstrapServers();
    return Integer.parseInt(servers.substring(servers.lastIndexOf(':') + 1));
  }
}
