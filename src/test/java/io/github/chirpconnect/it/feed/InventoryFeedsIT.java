package io.github.chirpconnect.it.feed;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.feed.ApiTransport;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Shape;
import io.github.chirpconnect.harness.connect.ConnectRefusal;
import io.github.chirpconnect.harness.kafka.TopicRecord;
import io.github.chirpconnect.it.Logs;
import io.github.chirpconnect.it.SourceUnderTest;
import io.github.chirpconnect.it.WholeInventory;
import io.github.chirpconnect.record.schema.InventorySchemas;
import io.github.chirpconnect.simulator.SimulatedServer;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.source.offset.Shards;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.connect.data.Field;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** All inventory feeds of a server in one connector: each topic follows what the server lists. */
@Timeout(180)
@ParameterizedClass
@EnumSource
class InventoryFeedsIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String RENAMED = "renamed";

  private final SimulatedServer server;
  private final Simulator chirpStack;
  private final WholeInventory inventory;
  private final SourceUnderTest source;

  InventoryFeedsIT(SimulatedServer server) {
    this.server = server;
    chirpStack = server.builder().empty().start();
    inventory = new WholeInventory(chirpStack);
    source =
        new SourceUnderTest(chirpStack)
            .with("device.queue.interval.ms", "1000")
            .with("device.queue.calls.per.second", "100")
            .with(
                "feeds", inventory.feeds().stream().map(Feed::id).collect(Collectors.joining(",")));
  }

  @AfterEach
  void tearDown() {
    source.close();
    chirpStack.close();
  }

  @Test
  void eachEntityIsWrittenOnceThenItsChangesAndItsEnd() {
    startAndAwaitAll();
    source.awaitTwoWalks();
    assertEachEntityOnce();
    int listed = source.records().size();

    Map<Feed, String> changed = inventory.changeOneOfEach(RENAMED);
    inventory.hear();
    source.await("the changes", all -> all.size() >= listed + changed.size());
    source.awaitTwoWalks();
    List<TopicRecord> changes = since(listed);
    assertThat(keys(changes)).isEqualTo(asLists(changed));
    changes.forEach(this::assertSaysWhatTheNetworkSays);

    inventory.fallSilent();
    source.awaitTwoWalks();
    int silent = source.records().size();
    assertStates("OFFLINE", since(listed + changes.size()));

    inventory.hear();
    Map<Feed, String> deleted = inventory.deleteOneOfEach();
    source.awaitTwoWalks();
    List<TopicRecord> last =
        source.await("the tombstones", all -> tombstones(all).size() == deleted.size());
    List<TopicRecord> news = last.subList(silent, last.size());
    assertThat(keys(tombstones(news))).isEqualTo(asLists(deleted));
    assertStates("ONLINE", news.stream().filter(record -> !record.isTombstone()).toList());

    source.restart();
    source.awaitTwoWalks();
    assertThat(source.records()).hasSameSizeAs(last);
    source.client().awaitRunning(source.name(), 1);
  }

  @Test
  void whatIsDeletedWhileNobodyLooksIsToldOnceAndTasksThatTakeOverRepeatNothing() {
    startAndAwaitAll();
    source.client().stop(source.name());
    int listed = source.records().size();
    assertThat(listed).isEqualTo(inventory.size());

    Map<Feed, String> deleted = inventory.deleteOneOfEach();
    source.client().resume(source.name());
    source.await("the tombstones", all -> tombstones(all).size() >= deleted.size());
    source.awaitTwoWalks();
    List<TopicRecord> news = since(listed);
    assertThat(news).allMatch(TopicRecord::isTombstone);
    assertThat(keys(news)).isEqualTo(asLists(deleted));

    source.divideAmong(4);
    source.awaitTwoWalks();
    assertThat(since(listed)).hasSameSizeAs(news);
    Map<Feed, String> changed = inventory.changeOneOfEach(RENAMED);
    Map<Feed, String> alsoDeleted = inventory.deleteOneOfEach();
    int expected = changed.size() + alsoDeleted.size();
    source.await("the changes", all -> all.size() >= listed + news.size() + expected);

    source.divideAmong(2);
    source.awaitTwoWalks();
    List<TopicRecord> changes = since(listed + news.size());
    assertThat(keys(tombstones(changes))).isEqualTo(asLists(alsoDeleted));
    assertThat(changes).hasSize(expected);
    source.client().awaitRunning(source.name(), 2);
  }

  @Test
  void offsetsOfEachFeedAreInTheHandsOfAnOperator() {
    startAndAwaitAll();
    source.client().stop(source.name());
    int listed = source.records().size();
    assertThat(committedBuckets()).isEqualTo(expectedBuckets());

    String gateway = inventory.entities(Feed.GATEWAYS).keySet().iterator().next();
    String bucket = Integer.toString(Shards.bucketOf(gateway));
    assertThatThrownBy(() -> alter(Feed.GATEWAYS, bucket, "gateways"))
        .isInstanceOfSatisfying(
            ConnectRefusal.class, refusal -> assertThat(refusal.status()).isEqualTo(400))
        .hasMessageContaining("feed=gateways")
        .hasMessageContaining("does not start with 1:");
    assertThatThrownBy(() -> alter(Feed.GATEWAYS, "0" + bucket, null))
        .isInstanceOf(ConnectRefusal.class)
        .hasMessageContaining("without leading zeros");

    alter(Feed.GATEWAYS, bucket, null);
    source.client().resume(source.name());
    source.await("what was forgotten", all -> all.size() > listed);
    source.awaitTwoWalks();
    List<TopicRecord> again = since(listed);
    assertThat(keys(again).keySet()).containsOnly(Feed.GATEWAYS);
    assertThat(again)
        .extracting(TopicRecord::key)
        .containsExactlyInAnyOrderElementsOf(
            inventory.entities(Feed.GATEWAYS).keySet().stream()
                .filter(key -> bucket.equals(Integer.toString(Shards.bucketOf(key))))
                .toList());

    source.client().stop(source.name());
    source.client().resetOffsets(source.name());
    source.client().resume(source.name());
    int once = inventory.size();
    source.await("everything once more", all -> all.size() >= listed + again.size() + once);
    source.awaitTwoWalks();
    assertThat(since(listed + again.size())).hasSize(once);
  }

  /** In v3 an organization's. */
  @Test
  void aTenantsKeyBringsWhatIsTheTenants() {
    Map<Feed, List<String>> own = inventory.ofTenant();
    int size = own.values().stream().mapToInt(List::size).sum();
    source
        .with("chirpstack.token", chirpStack.tenantKey(inventory.tenantId()))
        .with("chirpstack.tenant.ids", inventory.tenantId())
        .start();
    source.await("what is the tenant's", all -> all.size() >= size);
    source.awaitDeviceList();
    source.awaitDeviceList();
    List<TopicRecord> written = source.records();
    assertThat(keys(written)).isEqualTo(own);
    written.forEach(this::assertSaysWhatTheNetworkSays);
    source.client().awaitRunning(source.name(), 1);
  }

  private void startAndAwaitAll() {
    source.start();
    source.await("all entities", all -> all.size() >= inventory.size());
  }

  private List<TopicRecord> since(int count) {
    List<TopicRecord> all = source.records();
    return all.subList(count, all.size());
  }

  private void assertEachEntityOnce() {
    ApiTransport transport = server.isRest() ? ApiTransport.REST : ApiTransport.GRPC;
    assertThat(inventory.feeds())
        .as("all inventory feeds of the server")
        .isEqualTo(
            Feed.of(Shape.INVENTORY)
                .filter(feed -> feed.availableOn(server.generation(), transport))
                .collect(toSet()));
    Map<Feed, List<String>> expected = new EnumMap<>(Feed.class);
    for (Feed feed : inventory.feeds()) {
      expected.put(feed, List.copyOf(inventory.entities(feed).keySet()));
    }
    List<TopicRecord> all = source.records();
    assertThat(keys(all)).isEqualTo(expected);
    all.forEach(this::assertSaysWhatTheNetworkSays);
  }

  private void assertSaysWhatTheNetworkSays(TopicRecord record) {
    Feed feed = feed(record);
    assertThat(record.header("chirpstack.feed")).isEqualTo(feed.id());
    assertThat(record.header("chirpstack.api")).isEqualTo(server.generation().toString());
    JsonNode value = record.json();
    List<String> fields = new ArrayList<>();
    value.fieldNames().forEachRemaining(fields::add);
    assertThat(fields)
        .isEqualTo(InventorySchemas.of(feed).schema().fields().stream().map(Field::name).toList());
    assertThat(value.path(InventorySchemas.of(feed).idField()).textValue()).isEqualTo(record.key());
    inventory
        .entities(feed)
        .get(record.key())
        .forEach(
            (field, expected) ->
                assertThat(value.path(field).textValue())
                    .as("%s of %s %s", field, feed, record.key())
                    .isEqualTo(expected));
  }

  private void assertStates(String state, List<TopicRecord> records) {
    assertThat(keys(records)).isEqualTo(asLists(inventory.withStates()));
    assertThat(records)
        .allSatisfy(record -> assertThat(record.json().path("state").textValue()).isEqualTo(state));
  }

  private static List<TopicRecord> tombstones(List<TopicRecord> records) {
    return records.stream().filter(TopicRecord::isTombstone).toList();
  }

  /** Of the records of each feed, in the keys' order. */
  private static Map<Feed, List<String>> keys(List<TopicRecord> records) {
    Map<Feed, List<String>> keys = new EnumMap<>(Feed.class);
    records.stream()
        .sorted((one, other) -> one.key().compareTo(other.key()))
        .forEach(
            record ->
                keys.computeIfAbsent(feed(record), feed -> new ArrayList<>()).add(record.key()));
    return keys;
  }

  private static Map<Feed, List<String>> asLists(Map<Feed, String> keys) {
    return keys.entrySet().stream()
        .collect(toMap(Map.Entry::getKey, entry -> List.of(entry.getValue())));
  }

  private static Feed feed(TopicRecord record) {
    return Feed.of(Shape.INVENTORY)
        .filter(feed -> feed.topics().contains(Logs.suffix(record.topic())))
        .findFirst()
        .orElseThrow();
  }

  private Map<Feed, Set<Integer>> expectedBuckets() {
    return inventory.feeds().stream()
        .collect(
            toMap(
                feed -> feed,
                feed ->
                    inventory.entities(feed).keySet().stream()
                        .map(Shards::bucketOf)
                        .collect(toSet())));
  }

  private Map<Feed, Set<Integer>> committedBuckets() {
    return source.client().offsets(source.name()).stream()
        .map(offset -> offset.path("partition"))
        .collect(
            Collectors.groupingBy(
                partition -> Feed.byId(partition.path("feed").asText()).orElseThrow(),
                Collectors.mapping(
                    partition -> Integer.valueOf(partition.path("bucket").asText()), toSet())));
  }

  /**
   * @param ledger null to forget the bucket
   */
  private void alter(Feed feed, String bucket, String ledger) {
    ObjectNode offset = JSON.createObjectNode();
    offset.putObject("partition").put("feed", feed.id()).put("bucket", bucket);
    if (ledger == null) {
      offset.putNull("offset");
    } else {
      offset.putObject("offset").put("ledger", ledger);
    }
    source.client().alterOffsets(source.name(), List.of(offset));
  }
}
