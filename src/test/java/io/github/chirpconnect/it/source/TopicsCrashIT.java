package io.github.chirpconnect.it.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.harness.connect.ConnectWorker;
import io.github.chirpconnect.harness.kafka.KafkaBroker;
import io.github.chirpconnect.harness.kafka.TopicReader;
import io.github.chirpconnect.harness.kafka.TopicRecord;
import io.github.chirpconnect.it.SourceUnderTest;
import io.github.chirpconnect.simulator.SimulatedServer;
import io.github.chirpconnect.simulator.Simulator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worker is killed while a tenant's devices move from one topic to another. Which server tells
 * of them makes no difference.
 */
@Timeout(240)
class TopicsCrashIT {
  private static final Logger LOG = LoggerFactory.getLogger(TopicsCrashIT.class);
  private static final List<String> DEVICES =
      IntStream.range(1, 121)
          .mapToObj(i -> HexFormat.of().toHexDigits(0x0a0b0c0d00000000L + i))
          .toList();
  private static final String GONE = DEVICES.get(7);

  private final Simulator chirpStack = SimulatedServer.V4_GRPC.builder().empty().start();
  private final String tenant = chirpStack.network().addTenant("water", Map.of());

  @Test
  void eachMoveAndDeletionIsWrittenWholeAndOnceWithExactlyOnceSupport() {
    var network = chirpStack.network();
    String profile = network.addDeviceProfile(tenant, "meter", false, Map.of(), null);
    String application = network.addApplication(tenant, "meters", Map.of());
    DEVICES.forEach(devEui -> network.addDevice(devEui, application, profile, "meter"));
    try (chirpStack;
        ConnectWorker worker = ConnectWorker.on(KafkaBroker.shared()).exactlyOnce().start();
        SourceUnderTest source =
            new SourceUnderTest(worker, chirpStack)
                .with("feeds", "devices")
                .with("topic.template", "${prefix}.${tenant_name}.${topic}")
                .with("deletes", "both")
                // Many transactions, so that the kill comes between two, or amid one.
                .with("poll.max.records", "2")
                .with("exactly.once.support", "required");
        TopicReader committed = source.topics().committedPrefixReader(source.name() + ".")) {
      source.start();
      committed.await("all devices", SourceUnderTest.PATIENCE, all -> all.size() == DEVICES.size());

      network.updateTenant(tenant, row -> row.setName("water 2"));
      List<TopicRecord> before =
          committed.await(
              "the first moves", SourceUnderTest.PATIENCE, all -> all.size() > DEVICES.size() + 9);
      worker.kill();
      LOG.info("{} records of moves before the kill", before.size() - DEVICES.size());
      network.deleteDevice(GONE);
      worker.start();
      source.client().awaitRunning(source.name(), 1);
      int least = 4 * DEVICES.size() - 1;
      committed.await("the other moves", SourceUnderTest.PATIENCE, all -> all.size() >= least);
      source.awaitTwoWalks();

      Map<String, List<String>> byDevice = byDevice(committed.readToEnd(), source);
      assertThat(byDevice.keySet()).containsExactlyElementsOf(DEVICES);
      List<String> gone = byDevice.remove(GONE);
      assertThat(byDevice.values())
          .allSatisfy(
              states ->
                  assertThat(states)
                      .containsExactlyInAnyOrder(
                          "water.devices live",
                          "water.devices deleted",
                          "water.devices tombstone",
                          "water-2.devices live"));
      assertThat(gone.stream().filter(state -> state.startsWith("water.")))
          .containsExactly(
              "water.devices live", "water.devices deleted", "water.devices tombstone");
      assertThat(gone.stream().filter(state -> state.startsWith("water-2.")).toList())
          .isIn(
              List.of(),
              List.of(
                  "water-2.devices live", "water-2.devices deleted", "water-2.devices tombstone"));
    }
  }

  private static Map<String, List<String>> byDevice(
      List<TopicRecord> records, SourceUnderTest source) {
    return records.stream()
        .collect(
            Collectors.groupingBy(
                TopicRecord::key,
                TreeMap::new,
                Collectors.mapping(
                    record ->
                        record.topic().substring(source.name().length() + 1) + " " + state(record),
                    Collectors.toList())));
  }

  private static String state(TopicRecord record) {
    if (record.isTombstone()) {
      return "tombstone";
    }
    return record.json().path("deleted").asBoolean() ? "deleted" : "live";
  }
}
