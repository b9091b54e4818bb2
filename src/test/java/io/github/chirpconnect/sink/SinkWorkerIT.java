package io.github.chirpconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.chirpconnect.harness.connect.ConnectWorker;
import io.github.chirpconnect.harness.kafka.KafkaBroker;
import io.github.chirpconnect.harness.kafka.TopicRecord;
import io.github.chirpconnect.harness.kafka.Topics;
import io.github.chirpconnect.proto.v4.DeviceQueueItem;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.network.Enqueues.DeviceEnqueue;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** The sink on a real worker, between a real broker and a ChirpStack over TCP. */
class SinkWorkerIT {
  private static final Duration SOON = Duration.ofSeconds(60);

  private final Simulator chirpStack = Simulator.builder().start();
  private final Topics topics = new Topics(KafkaBroker.shared());
  private ConnectWorker worker = ConnectWorker.shared();
  private String name;

  @BeforeEach
  void nameConnectorAndTopic(TestInfo test) {
    name = "sink-" + test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT);
  }

  @AfterEach
  void removeAll() {
    if (worker.client().connectors().contains(name)) {
      worker.client().delete(name);
    }
    topics.close();
    chirpStack.close();
  }

  @Test
  void commandsReachEachDeviceInOrderAndTheLagGoesToZero() {
    topics.create(name, 3);
    List<String> devices = chirpStack.network().devEuis().subList(0, 20);
    for (int i = 0; i < 30; i++) {
      for (String device : devices) {
        send(device, i);
      }
    }
    start(Map.of("tasks.max", "2"));

    await().atMost(SOON).until(() -> chirpStack.observations().enqueues().size() >= 600);
    await().atMost(SOON).until(() -> committed() == 600);

    for (String device : devices) {
      assertThat(numbers(device))
          .containsExactlyElementsOf(IntStream.range(0, 30).boxed().toList());
    }
  }

  @Test
  void badCommandsGoToTheDeadLetterQueueWithTheirReason() {
    topics.create(name);
    topics.create(name + ".dlq");
    String device = chirpStack.network().devEuis().get(0);
    send(device, 0);
    topics.send(name, device, "{\"fPort\":0,\"data\":\"AQ==\"}");
    topics.send(name, "ffffffffffffffff", "{\"fPort\":1,\"data\":\"AQ==\"}");
    send(device, 1);
    start(
        Map.of(
            "errors.deadletterqueue.topic.name", name + ".dlq",
            "errors.deadletterqueue.topic.replication.factor", "1",
            "errors.deadletterqueue.context.headers.enable", "true"));

    List<TopicRecord> dead = topics.read(name + ".dlq", 2, SOON);
    assertThat(dead)
        .extracting(record -> record.header("__connect.errors.exception.message"))
        .anySatisfy(reason -> assertThat(reason).contains("f_port is 0"))
        .anySatisfy(reason -> assertThat(reason).contains("ffffffffffffffff"));
    await().atMost(SOON).until(() -> committed() == 4);
    assertThat(numbers(device)).containsExactly(0, 1);
  }

  @Test
  void lostAnswersAreFoundInTheQueue() {
    topics.create(name);
    topics.create(name + ".outcomes");
    List<String> devices = chirpStack.network().devEuis().subList(0, 5);
    chirpStack.faults().dropAnswers("DeviceService/Enqueue", 3);
    start(
        Map.of(
            "chirpstack.request.timeout.ms",
            "1000",
            "outcome.topic",
            name + ".outcomes",
            "outcome.bootstrap.servers",
            KafkaBroker.shared().bootstrapServers()));
    worker.client().awaitRunning(name, 1);
    devices.forEach(device -> send(device, 7));

    List<TopicRecord> outcomes =
        topics.read(name + ".outcomes", 10, SOON).stream()
            .filter(record -> !record.json().path("state").asText().equals("sending"))
            .toList();

    assertThat(outcomes)
        .hasSize(5)
        .allSatisfy(
            record -> assertThat(record.json().path("state").asText()).isEqualTo("accepted"))
        .allSatisfy(
            record -> {
              List<DeviceQueueItem> queue =
                  chirpStack.network().queue(record.json().path("dev_eui").asText());
              assertThat(queue).hasSize(1);
              assertThat(record.json().path("queue_item_id").asText())
                  .isEqualTo(queue.get(0).getId());
            });
    await().atMost(SOON).until(() -> committed() == 5);
  }

  @Test
  void aKilledWorkersCommandsAreSentOnce() {
    topics.create(name, 2);
    List<String> devices = chirpStack.network().devEuis().subList(0, 25);
    chirpStack.faults().delayAnswers(Duration.ofMillis(20));
    try (ConnectWorker own = ConnectWorker.on(KafkaBroker.shared()).start()) {
      worker = own;
      start(Map.of());
      own.client().awaitRunning(name, 1);
      for (int i = 0; i < 20; i++) {
        for (String device : devices) {
          send(device, i);
        }
      }
      await().atMost(SOON).until(() -> chirpStack.observations().enqueues().size() >= 150);
      own.kill();
      own.start();

      await().atMost(SOON).until(() -> committed() == 500);
    } finally {
      worker = ConnectWorker.shared();
    }
    for (String device : devices) {
      assertThat(numbers(device))
          .containsExactlyElementsOf(IntStream.range(0, 20).boxed().toList());
    }
  }

  @Test
  void aStoppedConnectorLeavesNothingInDoubt() {
    topics.create(name, 2);
    List<String> devices = chirpStack.network().devEuis().subList(0, 25);
    for (int i = 0; i < 40; i++) {
      for (String device : devices) {
        send(device, i);
      }
    }
    chirpStack.faults().delayAnswers(Duration.ofMillis(20));
    start(Map.of("in.doubt", "resend"));
    for (int stops = 1; stops <= 3; stops++) {
      int before = 200 * stops;
      await().atMost(SOON).until(() -> chirpStack.observations().enqueues().size() >= before);
      worker.client().stop(name);
      worker.client().resume(name);
    }

    await().atMost(SOON).until(() -> committed() == 1000);
    assertThat(chirpStack.observations().enqueues()).hasSize(1000);
  }

  /** By the server's clock: eight calls came before the first of them was answered. */
  @Test
  void ofFourTasksTheOneWithTheOnlyPartitionUsesTheWholeLimit() {
    Duration delay = Duration.ofSeconds(2);
    topics.create(name);
    topics.create(name + ".outcomes");
    List<String> devices = chirpStack.network().devEuis().subList(0, 8);
    chirpStack.faults().delayAnswers(delay);
    start(
        Map.of(
            "tasks.max",
            "4",
            "max.in.flight",
            "8",
            "outcome.topic",
            name + ".outcomes",
            "outcome.bootstrap.servers",
            KafkaBroker.shared().bootstrapServers()));
    worker.client().awaitRunning(name, 4);

    AtomicInteger sent = new AtomicInteger();
    await("eight calls at once, once the number of partitions is known")
        .atMost(SOON)
        .until(
            () -> {
              int round = sent.getAndIncrement();
              devices.forEach(device -> send(device, round));
              await().atMost(SOON).until(() -> committed() == 8L * sent.get());
              List<Instant> times =
                  chirpStack.observations().enqueues().stream()
                      .skip(8L * round)
                      .map(DeviceEnqueue::at)
                      .toList();
              return Duration.between(times.get(0), times.get(7)).compareTo(delay) < 0;
            });
    assertThat(chirpStack.observations().enqueues()).hasSize(8 * sent.get());
  }

  @Test
  void aServerThatWasAwayGetsAllCommands() {
    topics.create(name);
    String device = chirpStack.network().devEuis().get(0);
    chirpStack.stop();
    start(Map.of());
    for (int i = 0; i < 50; i++) {
      send(device, i);
    }
    worker.client().awaitRunning(name, 1);
    chirpStack.start();

    await().atMost(SOON).until(() -> committed() == 50);
    assertThat(numbers(device)).containsExactlyElementsOf(IntStream.range(0, 50).boxed().toList());
  }

  private void start(Map<String, String> extra) {
    Map<String, String> config = new HashMap<>();
    config.put("connector.class", "io.github.chirpconnect.ChirpStackSinkConnector");
    config.put("tasks.max", "1");
    config.put("topics", name);
    config.put("chirpstack.url", "grpc://" + chirpStack.url());
    config.put("chirpstack.token", chirpStack.adminKey());
    config.put("errors.tolerance", "all");
    config.put("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
    config.putAll(extra);
    worker.client().put(name, config);
  }

  private void send(String device, int number) {
    topics.send(
        name, device, "{\"fPort\":10,\"data\":\"" + SinkBed.base64(number >> 8, number) + "\"}");
  }

  private long committed() {
    return topics.committed("connect-" + name).values().stream()
        .mapToLong(offset -> offset.offset())
        .sum();
  }

  private List<Integer> numbers(String device) {
    return chirpStack.observations().enqueues().stream()
        .map(DeviceEnqueue::item)
        .filter(item -> item.getDevEui().equals(device))
        .map(item -> ((item.getData().byteAt(0) & 0xff) << 8) | (item.getData().byteAt(1) & 0xff))
        .collect(Collectors.toList());
  }
}
