package io.github.chirpconnect.it.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.harness.kafka.TopicRecord;
import io.github.chirpconnect.it.SinkUnderTest;
import io.github.chirpconnect.it.SmallNetwork;
import io.github.chirpconnect.proto.v4.MulticastGroupQueueItem;
import io.github.chirpconnect.simulator.SimulatedServer;
import io.github.chirpconnect.simulator.Simulator;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Commands for multicast groups. */
@Execution(CONCURRENT)
@Timeout(120)
@ParameterizedClass
@EnumSource
class MulticastIT {
  private static final String ENQUEUE = "MulticastGroupService/Enqueue";
  private static final String NOBODY = "00000000-0000-4000-8000-0000000000ff";

  /** Each in a form that means the same: the number is the payload. */
  private static final List<String> FORMS =
      List.of(
          "{'multicast_group_id':'GROUP','f_port':10,'data':'DATA'}",
          "{'queueItem':{'multicastGroupId':'GROUP','fCnt':0,'fPort':10,'data':'DATA'}}",
          "{'multicastQueueItem':{'multicastGroupID':'GROUP','fCnt':0,'fPort':10,'data':'DATA'}}",
          "{'MULTICAST_GROUP_ID':'GROUP','F_PORT':10,'DATA':'DATA','CONFIRMED':false}");

  private final SimulatedServer server;
  private final Simulator chirpStack;
  private final String device;
  private final String group;
  private final String another;
  private final String unheard;

  MulticastIT(SimulatedServer server) {
    this.server = server;
    chirpStack = server.builder().empty().start();
    SmallNetwork network = SmallNetwork.heard(chirpStack, 1);
    device = network.devEuis().get(0);
    group = network.addGroup("valves", List.of(device));
    another = network.addGroup("lamps", List.of(device));
    unheard = network.addGroup("nobody", List.of());
  }

  @AfterEach
  void close() {
    chirpStack.close();
  }

  @Test
  void goodOnesReachTheGroupsQueueInOrderAndBadOnesTheDeadLetterQueue() {
    List<String> bad =
        List.of(
            "{'multicast_group_id':'GROUP','f_port':10,'data':'AQ==','confirmed':true}",
            "{'multicast_group_id':'GROUP','f_port':65537,'data':'AQ=='}",
            "{'multicast_group_id':'GROUP','f_port':10,'object':{'on':true}}",
            "{'multicast_group_id':'GROUP','dev_eui':'DEVICE','f_port':10,'data':'AQ=='}",
            "{'multicast_group_id':'NOBODY','f_port':10,'data':'AQ=='}");
    try (SinkUnderTest sink = new SinkUnderTest(chirpStack, 1).start()) {
      int good = 0;
      for (String refused : bad) {
        for (String form : FORMS) {
          sink.send("any", written(form, good++));
        }
        sink.send("any", written(refused, 0));
      }
      sink.send(group.toUpperCase(Locale.ROOT), SinkUnderTest.command(good++));
      sink.send(another, SinkUnderTest.command(0));
      sink.send(unheard, SinkUnderTest.command(0));
      sink.send(device, SinkUnderTest.command(0));
      sink.send(group, (String) null);
      sink.send("any", written(expiring(), good));
      sink.awaitCommitted(bad.size() + good + 5);

      assertQueued(group, server.hasDownlinkOptions() ? good + 1 : good);
      assertQueued(another, 1);
      assertThat(chirpStack.network().groupQueue(unheard)).isEmpty();
      assertThat(outcomesOf(sink, unheard))
          .singleElement()
          .satisfies(
              outcome -> {
                assertThat(outcome.path("state").asText()).isEqualTo("accepted");
                assertThat(outcome.path("reason").asText())
                    .startsWith("the group's queue does not hold it");
              });
      assertThat(sink.accepted(device)).containsExactly(0);
      List<String> reasons =
          new ArrayList<>(
              List.of(
                  "confirmed is for a device",
                  "f_port is 65537; write 1-223",
                  "object is for a device",
                  "name two targets",
                  "multicast group " + NOBODY,
                  "the record has no value"));
      if (server.generation() == Generation.V3) {
        reasons.add("ChirpStack v3 does not know expires_at");
      }
      List<String> given =
          sink.deadLetters().stream().map(dead -> dead.header(SinkUnderTest.REASON)).toList();
      assertThat(given).hasSize(reasons.size());
      assertThat(reasons)
          .allSatisfy(reason -> assertThat(given).anyMatch(each -> each.contains(reason)));
    }
  }

  @Test
  void flushesAndTombstonesEmptyTheQueueInTheirPlace() {
    try (SinkUnderTest sink = new SinkUnderTest(chirpStack, 1).with("tombstone", "flush").start()) {
      send(sink, 0, 3);
      sink.send("any", written("{'command':'flush','multicast_group_id':'GROUP'}", 0));
      send(sink, 3, 5);
      sink.send(another, SinkUnderTest.command(0));
      sink.awaitCommitted(7);
      assertThat(numbers(group)).containsExactly(3, 4);

      sink.send(group, (String) null);
      send(sink, 5, 6);
      sink.send(NOBODY, (String) null);
      sink.awaitCommitted(10);
      assertThat(numbers(group)).containsExactly(5);
      assertThat(numbers(another)).containsExactly(0);
      assertThat(sink.deadLetters())
          .singleElement()
          .satisfies(
              dead ->
                  assertThat(dead.header(SinkUnderTest.REASON))
                      .startsWith("multicast group " + NOBODY + ": no such object"));

      sink.with("tombstone", "ignore").reconfigure();
      sink.send(group, (String) null);
      sink.awaitCommitted(11);
      assertThat(numbers(group)).containsExactly(5);
      assertThat(sink.outcomes()).hasSize(10);
    }
  }

  /** On v3 too: unlike a device's class, a group's frame counter is known there. */
  @Test
  void aLostCallIsResolvedByTheFrameCounter() {
    try (SinkUnderTest sink =
        new SinkUnderTest(chirpStack, 1)
            .with("chirpstack.request.timeout.ms", "1000")
            .start()
            .awaitPartitions()) {
      chirpStack.faults().refuse(ENQUEUE, 1, Status.UNAVAILABLE);
      sink.send(another, SinkUnderTest.command(0));
      sink.awaitCalls(ENQUEUE, 1);
      chirpStack.faults().dropAnswers(ENQUEUE, 2);
      send(sink, 0, 4);
      sink.awaitCommitted(5);

      assertQueued(group, 4);
      assertQueued(another, 1);
      assertThat(sink.deadLetters()).isEmpty();
      assertThat(outcomesOf(sink, group))
          .extracting(outcome -> outcome.path("state").asText(), this::counter)
          .containsExactly(
              tuple("accepted", 0L),
              tuple("accepted", 1L),
              tuple("accepted", 2L),
              tuple("accepted", 3L));
    }
  }

  private void send(SinkUnderTest sink, int from, int to) {
    for (int number = from; number < to; number++) {
      sink.send("any", written(FORMS.get(0), number));
    }
  }

  private String expiring() {
    return "{'multicast_group_id':'GROUP','f_port':10,'data':'DATA','expires_at':'2100-01-01T00:00:00Z'}";
  }

  private String written(String form, int number) {
    String data = SinkUnderTest.command(number).replaceAll(".*\"data\":\"(.*)\".*", "$1");
    return form.replace('\'', '"')
        .replace(":\"DATA\"", ":\"" + data + "\"")
        .replace("GROUP\"", group + "\"")
        .replace("DEVICE", device)
        .replace("NOBODY", NOBODY);
  }

  /** Commands 0 to {@code count - 1} are queued once each, in order, as frame after frame. */
  private void assertQueued(String groupId, int count) {
    assertThat(numbers(groupId)).containsExactlyElementsOf(numbersTo(count));
    assertThat(chirpStack.network().groupQueue(groupId))
        .extracting(MulticastGroupQueueItem::getFCnt)
        .containsExactlyElementsOf(numbersTo(count));
  }

  private static List<Integer> numbersTo(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  private List<Integer> numbers(String groupId) {
    return chirpStack.network().groupQueue(groupId).stream()
        .map(item -> item.getData().asReadOnlyByteBuffer().getInt())
        .toList();
  }

  private List<JsonNode> outcomesOf(SinkUnderTest sink, String groupId) {
    return sink.outcomes().stream()
        .map(TopicRecord::json)
        .filter(outcome -> outcome.path("multicast_group_id").asText().equals(groupId))
        .sorted(Comparator.comparingLong(outcome -> outcome.path("command_offset").asLong()))
        .toList();
  }

  private long counter(JsonNode outcome) {
    return outcome.path("f_cnt_down").asLong(-1);
  }
}
