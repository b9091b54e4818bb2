package io.github.chirpconnect.chaos;

import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.harness.connect.ConnectClient;
import io.github.chirpconnect.harness.kafka.TopicReader;
import io.github.chirpconnect.harness.kafka.TopicRecord;
import io.github.chirpconnect.harness.kafka.Topics;
import io.github.chirpconnect.it.SmallNetwork;
import io.github.chirpconnect.simulator.SimulatedServer;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.codec.LabCodec;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * A simulated server with a sink, and what is sent to its devices and multicast groups. Most of
 * them are quiet: what is queued for them stays in the queue. Some are heard, so that items leave
 * their queues over the air. To some the same is sent each time.
 */
final class CommandSite implements AutoCloseable {
  /** The payload of commands that are all alike. */
  static final int ALIKE = 1_000_000;

  private static final int PORT = 10;

  /** A command that was written: its number, which is its id, and what it says. */
  record Sent(int number, Target target, int payload) {}

  /** What the server took. */
  record Taken(Target target, int payload, String item) {}

  private final String name;
  private final boolean outcomes;
  private final SimulatedServer server;
  private final Simulator chirpStack;
  private final List<Target> targets = new ArrayList<>();
  private final Set<Target> alike = new HashSet<>();
  private final Set<Target> heard = new HashSet<>();
  private final List<Sent> sent = new ArrayList<>();

  /**
   * @param outcomes whether the sink has an outcome topic
   */
  CommandSite(SimulatedServer server, boolean outcomes, long seed) {
    this.server = server;
    this.outcomes = outcomes;
    name =
        "kills-%s-%s"
            .formatted(
                server.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                outcomes ? "outcomes" : "bare");
    chirpStack = server.builder().seed(seed).empty().start();
    SmallNetwork network = SmallNetwork.heard(chirpStack, 7);
    network.devEuis().forEach(devEui -> targets.add(Target.device(devEui)));
    alike.addAll(List.of(targets.get(0), targets.get(1), targets.get(5)));
    heard.addAll(List.of(targets.get(5), targets.get(6)));
    for (String group : List.of("valves", "lamps")) {
      targets.add(Target.group(network.addGroup(group, network.devEuis())));
    }
    alike.add(targets.get(7));
  }

  String name() {
    return name;
  }

  boolean hasOutcomes() {
    return outcomes;
  }

  Simulator chirpStack() {
    return chirpStack;
  }

  List<Target> targets() {
    return targets;
  }

  boolean isAlike(Target target) {
    return alike.contains(target);
  }

  /** Whether items leave its queue. */
  boolean isHeard(Target target) {
    return heard.contains(target);
  }

  private String commands() {
    return name + ".commands";
  }

  String outcomeTopic() {
    return name + ".outcomes";
  }

  String deadLetters() {
    return name + ".dlq";
  }

  void start(ConnectClient connect, Topics topics, Topics outcomeTopics, String outcomeBrokers) {
    topics.create(commands(), 2);
    topics.create(deadLetters());
    Map<String, String> config = new HashMap<>();
    config.put("connector.class", "io.github.chirpconnect.ChirpStackSinkConnector");
    config.put("tasks.max", "1");
    config.put("chirpstack.url", chirpStack.url());
    config.put("chirpstack.token", chirpStack.adminKey());
    config.put("chirpstack.request.timeout.ms", "3000");
    config.put("topics", commands());
    config.put("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
    config.put("errors.tolerance", "all");
    config.put("errors.deadletterqueue.topic.name", deadLetters());
    config.put("errors.deadletterqueue.context.headers.enable", "true");
    if (outcomes) {
      outcomeTopics.create(outcomeTopic());
      config.put("outcome.topic", outcomeTopic());
      config.put("outcome.bootstrap.servers", outcomeBrokers);
    }
    connect.put(name, config);
    connect.awaitRunning(name, 1);
  }

  /** Another command. */
  synchronized void send(Random random, Topics topics) {
    Target target = targets.get(random.nextInt(targets.size()));
    Sent command = new Sent(sent.size(), target, isAlike(target) ? ALIKE : sent.size());
    topics.send(
        commands(),
        target.id(),
        "{\"id\":\"%d\",\"%s\":\"%s\",\"fPort\":%d,\"data\":\"%s\"}"
            .formatted(
                command.number(),
                target.isGroup() ? "multicastGroupId" : "devEui",
                target.id(),
                PORT,
                Base64.getEncoder()
                    .encodeToString(
                        ByteBuffer.allocate(Integer.BYTES).putInt(command.payload()).array())));
    sent.add(command);
  }

  /** A device is heard, and gets the first item of its queue. */
  void hear(Random random) {
    Target target = List.copyOf(heard).get(random.nextInt(heard.size()));
    chirpStack.network().uplink(target.id(), 1, LabCodec.payload(20, 40));
  }

  synchronized List<Sent> sent() {
    return List.copyOf(sent);
  }

  /** What the server took, in order. */
  List<Taken> taken() {
    List<Taken> taken = new ArrayList<>();
    chirpStack
        .observations()
        .enqueues()
        .forEach(
            enqueue ->
                taken.add(
                    new Taken(
                        Target.device(enqueue.item().getDevEui()),
                        enqueue.item().getData().asReadOnlyByteBuffer().getInt(),
                        enqueue.item().getId())));
    chirpStack
        .observations()
        .groupEnqueues()
        .forEach(
            enqueue ->
                taken.add(
                    new Taken(
                        Target.group(enqueue.item().getMulticastGroupId()),
                        enqueue.item().getData().asReadOnlyByteBuffer().getInt(),
                        Integer.toUnsignedString(enqueue.item().getFCnt()))));
    return taken;
  }

  int takenCount() {
    return chirpStack.observations().enqueues().size()
        + chirpStack.observations().groupEnqueues().size();
  }

  /** The next commands are taken, and their answers get lost. */
  void loseAnswers(int count) {
    chirpStack.faults().dropAnswers(server.enqueueMethod(), count);
  }

  void delayAnswers(Duration delay) {
    chirpStack.faults().delayAnswers(delay);
  }

  /** How many records of the commands' topic are committed. */
  long committed(Topics topics) {
    return topics.committed("connect-" + name).values().stream()
        .mapToLong(offset -> offset.offset())
        .sum();
  }

  static List<TopicRecord> read(Topics topics, String topic) {
    try (TopicReader reader = topics.reader(topic)) {
      return reader.readToEnd();
    }
  }

  @Override
  public void close() {
    chirpStack.close();
  }
}
