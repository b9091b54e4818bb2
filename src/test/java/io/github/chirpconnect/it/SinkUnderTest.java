package io.github.chirpconnect.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.harness.connect.ConnectClient;
import io.github.chirpconnect.harness.connect.ConnectWorker;
import io.github.chirpconnect.harness.connect.ConnectorFailed;
import io.github.chirpconnect.harness.kafka.KafkaBroker;
import io.github.chirpconnect.harness.kafka.TopicReader;
import io.github.chirpconnect.harness.kafka.TopicRecord;
import io.github.chirpconnect.harness.kafka.Topics;
import io.github.chirpconnect.proto.v4.DeviceQueueItem;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.network.Enqueues.DeviceEnqueue;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A sink connector with a name and topics of its own: one with commands, one with outcomes, and a
 * dead letter queue. Commands are JSON bytes; those that {@link #send} makes have a number for
 * payload, so that each can be told from all others.
 */
public final class SinkUnderTest implements AutoCloseable {
  private static final Set<String> ANNOUNCEMENTS = Set.of("sending", "waiting");

  public static final Duration PATIENCE = Duration.ofSeconds(60);
  public static final int PORT = 10;

  /** Where Connect puts the reason into a record of the dead letter queue. */
  public static final String REASON = "__connect.errors.exception.message";

  private static final String CAUSE = "Caused by: ";
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final ConnectWorker worker;
  private Simulator chirpStack;
  private final String name = "it-sink-" + COUNT.incrementAndGet();
  private final Map<String, String> config = new HashMap<>();
  private final Topics topics = new Topics(KafkaBroker.shared());

  /** For the worker that test classes share. */
  public SinkUnderTest(Simulator chirpStack, int partitions) {
    this(ConnectWorker.shared(), chirpStack, partitions);
  }

  public SinkUnderTest(ConnectWorker worker, Simulator chirpStack, int partitions) {
    this.worker = worker;
    this.chirpStack = chirpStack;
    topics.create(topic(), partitions);
    topics.create(deadLetterTopic());
    topics.create(outcomeTopic());
    config.put("connector.class", "io.github.chirpconnect.ChirpStackSinkConnector");
    config.put("tasks.max", "1");
    config.put("topics", topic());
    address();
    config.put("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
    config.put("outcome.topic", outcomeTopic());
    config.put("outcome.bootstrap.servers", KafkaBroker.shared().bootstrapServers());
    config.put("errors.tolerance", "all");
    config.put("errors.deadletterqueue.topic.name", deadLetterTopic());
    config.put("errors.deadletterqueue.context.headers.enable", "true");
  }

  private void address() {
    config.put("chirpstack.url", chirpStack.url());
    config.put("chirpstack.token", chirpStack.adminKey());
  }

  /** Goes on with another server. */
  SinkUnderTest moveTo(Simulator other) {
    Simulator old = chirpStack;
    chirpStack = other;
    address();
    configure();
    SourceUnderTest.awaitLeft(old);
    awaitRunning();
    return this;
  }

  public SinkUnderTest with(String key, String value) {
    config.put(key, value);
    return this;
  }

  public SinkUnderTest without(String key) {
    config.remove(key);
    return this;
  }

  /** Creates the connector, or gives it what was configured since. */
  public SinkUnderTest configure() {
    client().put(name, config);
    return this;
  }

  /** Starts the connector and waits until all its tasks are running. */
  public SinkUnderTest start() {
    configure();
    awaitRunning();
    return this;
  }

  public void awaitRunning() {
    client().awaitRunning(name, Integer.parseInt(config.get("tasks.max")));
  }

  /**
   * Gives the connector what was configured since, and waits until new tasks have partitions: of a
   * connector that is not stopped before, the old ones go on for a while after Connect's answer.
   */
  public SinkUnderTest reconfigure() {
    client().stop(name);
    configure();
    client().resume(name);
    awaitRunning();
    return awaitPartitions();
  }

  /**
   * Waits until all tasks have partitions. When another one joins them later, what is not committed
   * by then is dealt with again.
   */
  public SinkUnderTest awaitPartitions() {
    int tasks = Integer.parseInt(config.get("tasks.max"));
    Awaitility.await("partitions for " + tasks + " tasks")
        .atMost(PATIENCE)
        .until(() -> topics.consumers(group()), consumers -> consumers == tasks);
    return this;
  }

  /**
   * Waits until a task has failed; returns the task's own words, which Connect wraps in its own.
   */
  public String awaitFailed() {
    String trace = client().awaitFailed(name);
    return trace
        .lines()
        .filter(line -> line.startsWith(CAUSE))
        .map(line -> ConnectorFailed.reasonIn(line.substring(CAUSE.length())))
        .findFirst()
        .orElseThrow(() -> new AssertionError("a failure without a cause: " + trace));
  }

  public String name() {
    return name;
  }

  public String group() {
    return "connect-" + name;
  }

  public String topic() {
    return name;
  }

  public String deadLetterTopic() {
    return name + ".dlq";
  }

  String outcomeTopic() {
    return name + ".outcomes";
  }

  /** A copy of what is configured. */
  public Map<String, String> config() {
    return new HashMap<>(config);
  }

  public ConnectClient client() {
    return worker.client();
  }

  public Topics topics() {
    return topics;
  }

  /** Writes a command with this number. */
  public void send(String devEui, int number) {
    send(devEui, command(number));
  }

  public void send(String devEui, String command) {
    topics.send(topic(), devEui, command);
  }

  /** Writes a command with this number and of this time. */
  public void send(Instant timestamp, String devEui, int number) {
    topics.send(topic(), timestamp, devEui, command(number), Map.of());
  }

  public static String command(int number) {
    return "{\"fPort\":%d,\"data\":\"%s\"}"
        .formatted(PORT, Base64.getEncoder().encodeToString(payload(number)));
  }

  /** The payload of a command with this number. */
  public static byte[] payload(int number) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
  }

  /** The number of a command by its queue item. */
  public static int number(DeviceQueueItem item) {
    return item.getData().asReadOnlyByteBuffer().getInt();
  }

  /** Each time that the server took a command of a device, in order. */
  public List<Integer> accepted(String devEui) {
    return enqueues()
        .filter(item -> item.getDevEui().equals(devEui))
        .map(SinkUnderTest::number)
        .toList();
  }

  /** Each time that the server took a command, in order. */
  public List<Integer> accepted() {
    return enqueues().map(SinkUnderTest::number).toList();
  }

  private Stream<DeviceQueueItem> enqueues() {
    return chirpStack.observations().enqueues().stream().map(DeviceEnqueue::item);
  }

  /** Waits until the server took so many commands. */
  public void awaitAccepted(int count) {
    Awaitility.await(count + " accepted commands")
        .pollInterval(Duration.ofMillis(20))
        .atMost(PATIENCE)
        .until(() -> chirpStack.observations().enqueues().size(), size -> size >= count);
  }

  /** Waits until a method of the server was called so often, refused calls included. */
  public void awaitCalls(String method, long count) {
    Awaitility.await(count + " calls of " + method)
        .pollInterval(Duration.ofMillis(20))
        .atMost(PATIENCE)
        .until(() -> chirpStack.observations().calls(method), calls -> calls >= count);
  }

  /** The offset committed of each partition. */
  Map<Integer, Long> committed() {
    Map<Integer, Long> committed = new HashMap<>();
    topics
        .committed(group())
        .forEach((partition, offset) -> committed.put(partition.partition(), offset.offset()));
    return committed;
  }

  /** The number of records that are committed, of all partitions. */
  public long committedRecords() {
    return committed().values().stream().mapToLong(Long::longValue).sum();
  }

  /** Waits until so many records are committed; with all that were written, the lag is zero. */
  public void awaitCommitted(long records) {
    Awaitility.await(records + " committed records")
        .pollInterval(Duration.ofMillis(50))
        .atMost(PATIENCE)
        .until(this::committedRecords, committed -> committed >= records);
    assertThat(committedRecords()).as("committed records").isEqualTo(records);
  }

  /** What the dead letter queue holds by now. */
  public List<TopicRecord> deadLetters() {
    return written(deadLetterTopic());
  }

  /** The outcomes written by now, without the announcements of calls. */
  public List<TopicRecord> outcomes() {
    return written(outcomeTopic()).stream().filter(SinkUnderTest::isOutcome).toList();
  }

  /** The offsets of the commands whose call is announced and has no outcome. */
  public Set<Integer> inDoubt() {
    Map<Integer, String> last = new TreeMap<>();
    written(outcomeTopic()).stream()
        .map(TopicRecord::json)
        .forEach(
            json -> last.put(json.path("command_offset").asInt(), json.path("state").asText()));
    last.values().removeIf(state -> !state.equals("sending"));
    return last.keySet();
  }

  /** Whether a record of the outcome topic says what became of a command. */
  static boolean isOutcome(TopicRecord record) {
    return !ANNOUNCEMENTS.contains(record.json().path("state").asText());
  }

  /**
   * The outcomes of a device written by now, such as {@code accepted}, in the order of its
   * commands: what is reported comes later in the topic.
   */
  public List<String> outcomes(String devEui) {
    return outcomes().stream()
        .map(TopicRecord::json)
        .filter(outcome -> outcome.path("dev_eui").asText().equals(devEui))
        .sorted(Comparator.comparingLong(outcome -> outcome.path("command_offset").asLong()))
        .map(outcome -> outcome.path("state").asText())
        .toList();
  }

  private List<TopicRecord> written(String topic) {
    try (TopicReader reader = topics.reader(topic)) {
      return reader.readToEnd();
    }
  }

  @Override
  public void close() {
    client().delete(name);
    topics.close();
  }
}
