package io.github.chirpconnect.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.harness.connect.ConnectClient;
import io.github.chirpconnect.harness.connect.ConnectWorker;
import io.github.chirpconnect.harness.kafka.KafkaBroker;
import io.github.chirpconnect.harness.kafka.TopicReader;
import io.github.chirpconnect.harness.kafka.TopicRecord;
import io.github.chirpconnect.harness.kafka.Topics;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.codec.LabCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A source connector with a name and topics of its own, and a reader of what it wrote. It reads the
 * inventory every second, so that no test waits for it, and all three feeds where the server has
 * streams.
 */
public final class SourceUnderTest implements AutoCloseable {
  public static final Duration PATIENCE = Duration.ofSeconds(60);

  public static final String ALL_FEEDS = "devices,device-events,device-frames";

  private static final String DEVICE_LIST = "DeviceService/List";

  private static final List<String> TOPICS =
      Stream.concat(
              Arrays.stream(Feed.values()).flatMap(feed -> feed.topics().stream()),
              Stream.of("device.unreadable"))
          .toList();

  private static final Set<Feed> OF_STREAMS =
      EnumSet.of(Feed.DEVICE_EVENTS, Feed.DEVICE_FRAMES, Feed.MEASUREMENTS, Feed.DOWNLINKS);

  private static final AtomicInteger COUNT = new AtomicInteger();

  /** A walk begins with it. */
  private static final Map<Generation, String> WALK =
      Map.of(Generation.V3, "OrganizationService/List", Generation.V4, "TenantService/List");

  /** Asks whether the server takes the API key. */
  private static final Map<Generation, String> PROBE =
      Map.of(
          Generation.V3,
          "GatewayProfileService/List",
          Generation.V4,
          "DeviceProfileService/ListAdrAlgorithms");

  private static final Map<Generation, String> STREAM =
      Map.of(
          Generation.V3,
          "DeviceService/StreamEventLogs",
          Generation.V4,
          "InternalService/StreamDeviceEvents");

  private final ConnectWorker worker;
  private Simulator chirpStack;
  private final String name = "it-source-" + COUNT.incrementAndGet();
  private final Map<String, String> config = new HashMap<>();
  private final Topics topics = new Topics(KafkaBroker.shared());
  private boolean committed;
  private TopicReader reader;

  /** For the worker that test classes share. */
  public SourceUnderTest(Simulator chirpStack) {
    this(ConnectWorker.shared(), chirpStack);
  }

  public SourceUnderTest(ConnectWorker worker, Simulator chirpStack) {
    this.worker = worker;
    this.chirpStack = chirpStack;
    config.put("connector.class", "io.github.chirpconnect.ChirpStackSourceConnector");
    config.put("tasks.max", "1");
    address();
    boolean streams = chirpStack.server().hasStreams();
    config.put("feeds", streams ? ALL_FEEDS : "devices");
    config.put("topic.prefix", name);
    config.put("inventory.interval.ms", "1000");
  }

  public SourceUnderTest with(String key, String value) {
    config.put(key, value);
    return this;
  }

  public SourceUnderTest without(String key) {
    config.remove(key);
    return this;
  }

  /** Lets what is read leave out aborted transactions. */
  public SourceUnderTest readCommitted() {
    committed = true;
    return this;
  }

  /** Starts the connector and waits until it and its task are running. */
  public SourceUnderTest start() {
    configure();
    awaitRunning();
    return this;
  }

  private void awaitRunning() {
    client().awaitRunning(name, tasks());
  }

  private int tasks() {
    return Integer.parseInt(config.get("tasks.max"));
  }

  /** Creates the connector, or gives it what was configured since. */
  public SourceUnderTest configure() {
    client().put(name, config);
    return this;
  }

  /** Goes on with another server, whose logs the topics are held to from now on. */
  SourceUnderTest moveTo(Simulator other) {
    Simulator old = chirpStack;
    chirpStack = other;
    address();
    configure();
    awaitLeft(old);
    awaitRunning();
    return this;
  }

  /** Waits for the end of a server's last task: Connect answers before that has gone. */
  static void awaitLeft(Simulator server) {
    Awaitility.await("the end of the old task")
        .atMost(PATIENCE)
        .until(() -> server.connections() == 0);
  }

  private void address() {
    config.put("chirpstack.url", chirpStack.url());
    config.put(
        "chirpstack.token",
        chirpStack.generation() == Generation.V3
            ? chirpStack.adminKey()
            : chirpStack.readOnlyKey());
  }

  /** A copy of what is configured. */
  public Map<String, String> config() {
    return new HashMap<>(config);
  }

  public String name() {
    return name;
  }

  public ConnectClient client() {
    return worker.client();
  }

  public Topics topics() {
    return topics;
  }

  /** The topic of a feed or a kind, {@code device.up}. */
  public String topic(String suffix) {
    return name + "." + suffix;
  }

  /** Waits for a condition on all that was written so far. */
  public List<TopicRecord> await(String what, Predicate<List<TopicRecord>> condition) {
    try {
      return reader().await(what, PATIENCE, condition);
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\nThe connector: " + client().status(name), e);
    }
  }

  /** All that was written so far. */
  public List<TopicRecord> records() {
    return reader().readToEnd();
  }

  /** What was written to one topic so far. */
  public List<TopicRecord> records(String suffix) {
    return records().stream().filter(record -> record.topic().equals(topic(suffix))).toList();
  }

  /** Waits until as many entries were written as the server's logs hold. */
  public List<TopicRecord> awaitLogs() {
    return await("all entries of the logs", all -> Logs.in(all).size() >= held().size());
  }

  /** Waits until each entry that the server's logs hold was written; what is missing is named. */
  public List<TopicRecord> awaitEachEntry() {
    try {
      return await("each entry of the logs", all -> missing(all).isEmpty());
    } catch (AssertionError e) {
      throw new AssertionError("Missing: " + missing(records()) + "\n" + e.getMessage(), e);
    }
  }

  private Set<Logs.Entry> missing(List<TopicRecord> written) {
    Set<Logs.Entry> missing = new LinkedHashSet<>(held());
    Logs.in(written).forEach(missing::remove);
    return missing;
  }

  /**
   * Lets each device speak once more, so that whatever was to come before that has come, and holds
   * the topics to the server's logs: each entry once, those of one device in order.
   */
  public void assertEachEntryOnceInOrder() {
    for (String devEui : chirpStack.network().devEuis()) {
      chirpStack.network().uplink(devEui, 10, LabCodec.payload(20, 40));
    }
    assertThat(Logs.byDevice(Logs.in(awaitLogs()))).isEqualTo(Logs.byDevice(held()));
  }

  private Set<Feed> feeds() {
    return Arrays.stream(config.get("feeds").split(","))
        .map(id -> Feed.byId(id).orElseThrow())
        .collect(Collectors.toSet());
  }

  /** What the server holds of the logs that this connector reads. */
  private List<Logs.Entry> held() {
    boolean events = feeds().contains(Feed.DEVICE_EVENTS);
    boolean frames = feeds().contains(Feed.DEVICE_FRAMES);
    return Logs.of(chirpStack).stream()
        .filter(entry -> entry.topic().equals("device.frames") ? frames : events)
        .toList();
  }

  /** Walks through the inventory that have begun so far. */
  public long walks() {
    return chirpStack.observations().calls(WALK.get(chirpStack.generation()));
  }

  /** How often the server was asked so far whether it takes the API key. */
  public long probes() {
    return chirpStack.observations().calls(PROBE.get(chirpStack.generation()));
  }

  /** Waits until the next time that devices are listed, which ends a walk in a small network. */
  public void awaitDeviceList() {
    long before = deviceLists();
    Awaitility.await("the list of devices").atMost(PATIENCE).until(() -> deviceLists() > before);
  }

  /** How often devices were listed so far. */
  public long deviceLists() {
    return chirpStack.observations().calls(DEVICE_LIST);
  }

  /** Waits until two walks of each task through the inventory have begun and ended from now on. */
  public void awaitTwoWalks() {
    // The walk that is under way is counted already, and one that has begun has not ended. Tasks
    // take turns, but not strictly.
    int tasks = tasks();
    long begun = walks() + (tasks == 1 ? 3 : 4 * tasks);
    Awaitility.await("two walks").atMost(PATIENCE).until(() -> walks() >= begun);
  }

  /**
   * Restarts the connector and its task, and waits until there is a new one, which has its first
   * stream if it has any.
   */
  public void restart() {
    String stream = STREAM.get(chirpStack.generation());
    boolean streams = feeds().stream().anyMatch(OF_STREAMS::contains);
    long opened = chirpStack.observations().calls(stream);
    long started = startedTasks();
    client().restart(name);
    Awaitility.await("the new task").atMost(PATIENCE).until(() -> startedTasks() > started);
    Awaitility.await("a stream of the new task")
        .atMost(PATIENCE)
        .until(() -> !streams || chirpStack.observations().calls(stream) > opened);
  }

  /** Divides the work among so many tasks, and waits until they have taken over. */
  public void divideAmong(int tasks) {
    long started = startedTasks();
    with("tasks.max", Integer.toString(tasks)).configure();
    Awaitility.await(tasks + " new tasks")
        .atMost(PATIENCE)
        .until(() -> startedTasks() >= started + tasks);
    awaitRunning();
  }

  /** As the tasks say of themselves: Connect answers before the old one has gone. */
  private long startedTasks() {
    return matches("Started task \\d+ of \\d+: .* from .*:" + chirpStack.port() + "\\b");
  }

  /** How often the worker, whose log is all connectors', has written this. */
  public long logged(String text) {
    return matches(Pattern.quote(text));
  }

  private long matches(String line) {
    try {
      return Pattern.compile(line).matcher(Files.readString(worker.log())).results().count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Streams of events that were opened so far. */
  public long openedStreams() {
    return chirpStack.observations().calls(STREAM.get(chirpStack.generation()));
  }

  /** Waits until the server has so many streams open. */
  public void awaitStreams(int count) {
    Awaitility.await(count + " streams")
        .atMost(PATIENCE)
        .until(() -> chirpStack.observations().openStreams(), open -> open == count);
  }

  private TopicReader reader() {
    if (reader == null) {
      reader = committed ? topics.committedReader(allTopics()) : topics.prefixReader(name + ".");
    }
    return reader;
  }

  private String[] allTopics() {
    return TOPICS.stream().map(this::topic).toArray(String[]::new);
  }

  @Override
  public void close() {
    if (reader != null) {
      reader.close();
    }
    client().delete(name);
    topics.close();
  }
}
