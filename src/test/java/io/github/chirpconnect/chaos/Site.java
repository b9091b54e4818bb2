package io.github.chirpconnect.chaos;

import io.github.chirpconnect.harness.connect.ConnectClient;
import io.github.chirpconnect.harness.kafka.TopicReader;
import io.github.chirpconnect.harness.kafka.TopicRecord;
import io.github.chirpconnect.harness.kafka.Topics;
import io.github.chirpconnect.it.SmallNetwork;
import io.github.chirpconnect.simulator.SimulatedServer;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.codec.LabCodec;
import io.github.chirpconnect.simulator.redis.History;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * A simulated server with a source and a sink of its own. Some of its devices send uplinks. The
 * others are silent and get commands, which so stay in their queues: each that the server took can
 * be found, and none has to be sent twice. Its logs keep all that is ever sent.
 */
final class Site implements AutoCloseable {
  private static final int TALKERS = 6;
  private static final int SLEEPERS = 6;
  private static final int PORT = 10;

  private final String name;
  private final Simulator chirpStack;
  private final List<String> talkers;
  private final List<String> sleepers;
  private int sent;

  Site(SimulatedServer server, long seed) {
    name = "chaos-" + server.name().toLowerCase(Locale.ROOT).replace('_', '-');
    chirpStack =
        server
            .builder()
            .seed(seed)
            .empty()
            .history(History.exactly(1_000))
            .pace(Duration.ofMillis(100))
            .start();
    List<String> devEuis = SmallNetwork.heard(chirpStack, TALKERS + SLEEPERS).devEuis();
    talkers = devEuis.subList(0, TALKERS);
    sleepers = devEuis.subList(TALKERS, TALKERS + SLEEPERS);
  }

  String name() {
    return name;
  }

  Simulator chirpStack() {
    return chirpStack;
  }

  List<String> sleepers() {
    return sleepers;
  }

  /** Commands sent so far; each is named by its number, from 0. */
  int sent() {
    return sent;
  }

  String source() {
    return name + "-source";
  }

  String sink() {
    return name + "-sink";
  }

  private String commands() {
    return name + ".commands";
  }

  String outcomes() {
    return name + ".outcomes";
  }

  String deadLetters() {
    return name + ".dlq";
  }

  void start(ConnectClient connect, Topics topics, Topics outcomeTopics, String outcomeBrokers) {
    topics.create(commands(), 2);
    topics.create(deadLetters());
    outcomeTopics.create(outcomes());
    connect.put(source(), sourceConfig());
    connect.put(sink(), sinkConfig(outcomeBrokers));
    connect.awaitRunning(source(), 1);
    connect.awaitRunning(sink(), 1);
  }

  private Map<String, String> common(String connector) {
    Map<String, String> config = new HashMap<>();
    config.put("connector.class", "io.github.chirpconnect." + connector);
    config.put("tasks.max", "1");
    config.put("chirpstack.url", chirpStack.url());
    config.put("chirpstack.token", chirpStack.adminKey());
    config.put("chirpstack.request.timeout.ms", "3000");
    return config;
  }

  private Map<String, String> sourceConfig() {
    Map<String, String> config = common("ChirpStackSourceConnector");
    config.put("feeds", "devices,device-events,device-frames");
    config.put("topic.prefix", name);
    config.put("inventory.interval.ms", "2000");
    config.put("exactly.once.support", "required");
    return config;
  }

  private Map<String, String> sinkConfig(String outcomeBrokers) {
    Map<String, String> config = common("ChirpStackSinkConnector");
    config.put("topics", commands());
    config.put("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
    config.put("outcome.topic", outcomes());
    config.put("outcome.bootstrap.servers", outcomeBrokers);
    config.put("errors.tolerance", "all");
    config.put("errors.deadletterqueue.topic.name", deadLetters());
    config.put("errors.deadletterqueue.context.headers.enable", "true");
    return config;
  }

  /** An uplink of one device, and now and then a command for another. */
  void talk(Random random, Topics topics) {
    chirpStack
        .network()
        .uplink(talkers.get(random.nextInt(TALKERS)), PORT, LabCodec.payload(20, 40));
    if (random.nextInt(3) == 0) {
      String device = sleepers.get(random.nextInt(SLEEPERS));
      topics.send(commands(), device, command(sent));
      sent++;
    }
  }

  private static String command(int number) {
    byte[] payload = ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
    return "{\"id\":\"%d\",\"fPort\":%d,\"data\":\"%s\"}"
        .formatted(number, PORT, Base64.getEncoder().encodeToString(payload));
  }

  /** How many records of the commands' topic are committed. */
  long committed(Topics topics) {
    return topics.committed("connect-" + sink()).values().stream()
        .mapToLong(offset -> offset.offset())
        .sum();
  }

  /** What the source wrote, less what belongs to aborted transactions. */
  List<TopicRecord> written(Topics topics) {
    String[] names =
        topics.names().stream()
            .filter(topic -> topic.startsWith(name + "."))
            .filter(topic -> !topic.equals(commands()) && !topic.equals(deadLetters()))
            .toArray(String[]::new);
    try (TopicReader reader = topics.committedReader(names)) {
      return reader.readToEnd();
    }
  }

  @Override
  public void close() {
    chirpStack.close();
  }
}
