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
 * A simulated server with a sink of two tasks, and what is sent to its devices and multicast
 * groups. Most of them are quiet: what is queued for them stays in the queue. Some are heard, so
 * that items leave their queues over the air; so do those of all groups of some sites. To some the
 * same is sent each time. Some queues are flushed now and then, and some commands are refused.
 */
final class CommandSite implements AutoCloseable {
  /** The payload of commands that are all alike. */
  static final int ALIKE = 1_000_000;

  private static final int PORT = 10;

  /** A device that the server does not have. */
  private static final Target STRANGER = Target.device("0a0b0c0dffffffff");

  private static final int ONE_IN = 12;

  /** What a command is. */
  enum Kind {
    ENQUEUE,
    FLUSH,
    /** No server takes it. */
    BAD
  }

  /** A command that was written: its number, which is its id, and what it says. */
  record Sent(int number, Kind kind, Target target, int payload) {}

  /** What the server took. */
  record Taken(Target target, int payload, String item) {}

  private final String name;
  private final boolean outcomes;
  private final SimulatedServer server;
  private final Simulator chirpStack;
  private final List<Target> targets = new ArrayList<>();
  private final Set<Target> alike = new HashSet<>();
  private final Set<Target> heard = new HashSet<>();
  private final Set<Target> flushed = new HashSet<>();
  private final boolean servesGroups;
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
    for (String group : List.of("valves", "lamps", "horns")) {
      targets.add(Target.group(network.addGroup(group, network.devEuis())));
    }
    alike.add(targets.get(7));
    flushed.addAll(List.of(targets.get(2), targets.get(8)));
    servesGroups = !server.isRest();
    if (servesGroups) {
      heard.addAll(targets.subList(7, 10));
    }
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

  /** Whether its queue is flushed now and then. */
  boolean isFlushed(Target target) {
    return flushed.contains(target);
  }

  /** Its group of consumers. */
  String group() {
    return "connect-" + name;
  }

  String commands() {
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
    config.put("tasks.max", "2");
    config.put("chirpstack.url", chirpStack.url());
    config.put("chirpstack.token", chirpStack.adminKey());
    config.put("chirpstack.request.timeout.ms", "3000");
    config.put("topics", commands());
    config.put("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
    config.put("errors.tolerance", "all");
    config.put("errors.deadletterqueue.topic.name", deadLetters());
    config.put("errors.deadletterqueue.context.headers.enable", "true");
    if (outcomes) {
      outcomeTopics.create(outcomeTopic(), 2);
      config.put("outcome.topic", outcomeTopic());
      config.put("outcome.bootstrap.servers", outcomeBrokers);
    }
    connect.put(name, config);
  }

  /** Another command. */
  synchronized void send(Random random, Topics topics) {
    Sent command = next(random);
    Target target = command.target();
    topics.send(
        commands(),
        target.id(),
        "{\"id\":\"%d\",\"%s\":\"%s\",%s}"
            .formatted(
                command.number(),
                target.isGroup() ? "multicastGroupId" : "devEui",
                target.id(),
                text(command)));
    sent.add(command);
  }

  private Sent next(Random random) {
    int number = sent.size();
    Target target = targets.get(random.nextInt(targets.size()));
    int chance = random.nextInt(ONE_IN);
    if (chance == 0) {
      return new Sent(number, Kind.BAD, random.nextBoolean() ? STRANGER : target, number);
    }
    return isFlushed(target) && chance <= ONE_IN / 4
        ? new Sent(number, Kind.FLUSH, target, number)
        : new Sent(number, Kind.ENQUEUE, target, isAlike(target) ? ALIKE : number);
  }

  private static String text(Sent command) {
    if (command.kind() == Kind.FLUSH) {
      return "\"command\":\"flush\"";
    }
    byte[] payload = ByteBuffer.allocate(Integer.BYTES).putInt(command.payload()).array();
    // Nobody but a stranger is refused by the server: all others before any call.
    boolean refusedAtOnce = command.kind() == Kind.BAD && !command.target().equals(STRANGER);
    return "\"fPort\":%d,\"data\":\"%s\""
        .formatted(refusedAtOnce ? 0 : PORT, Base64.getEncoder().encodeToString(payload));
  }

  /** Devices or groups are heard, and get what is first in their queues. */
  void hear(Random random) {
    Target target = List.of(targets.get(5), targets.get(6)).get(random.nextInt(2));
    chirpStack.network().uplink(target.id(), 1, LabCodec.payload(20, 40));
    if (servesGroups) {
      chirpStack.network().sendMulticast();
    }
  }

  synchronized List<Sent> sent() {
    return List.copyOf(sent);
  }

  long badCount() {
    return sent().stream().filter(one -> one.kind() == Kind.BAD).count();
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

  /** The payloads in a target's queue. */
  List<Integer> queue(Target target) {
    return target.isGroup()
        ? chirpStack.network().groupQueue(target.id()).stream()
            .map(item -> item.getData().asReadOnlyByteBuffer().getInt())
            .toList()
        : chirpStack.network().queue(target.id()).stream()
            .map(item -> item.getData().asReadOnlyByteBuffer().getInt())
            .toList();
  }

  int takenCount() {
    return chirpStack.observations().enqueues().size()
        + chirpStack.observations().groupEnqueues().size();
  }

  /** The next commands are taken, and their answers get lost. */
  void loseAnswers(int count) {
    chirpStack.faults().dropAnswers(server.enqueueMethod(), count);
    chirpStack.faults().dropAnswers("MulticastGroupService/Enqueue", count);
  }

  void delayAnswers(Duration delay) {
    chirpStack.faults().delayAnswers(delay);
  }

  /** Calls reach the server so much later. */
  void holdCalls(Duration delay) {
    chirpStack.faults().holdCalls(delay);
  }

  /** How many records of the commands' topic are committed. */
  long committed(Topics topics) {
    return topics.committed(group()).values().stream().mapToLong(offset -> offset.offset()).sum();
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
