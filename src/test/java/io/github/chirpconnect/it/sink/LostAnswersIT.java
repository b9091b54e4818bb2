package io.github.chirpconnect.it.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.chirpconnect.harness.kafka.TopicRecord;
import io.github.chirpconnect.it.SinkUnderTest;
import io.github.chirpconnect.it.SmallNetwork;
import io.github.chirpconnect.proto.v4.DeviceQueueItem;
import io.github.chirpconnect.proto.v4.common.DeviceClass;
import io.github.chirpconnect.simulator.SimulatedServer;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.codec.LabCodec;
import io.grpc.Status;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The server takes a command, or doesn't, and nobody hears which. */
@Execution(CONCURRENT)
@Timeout(120)
@ParameterizedClass
@EnumSource
class LostAnswersIT {
  private static final String UNKNOWN = "unknown whether it was queued: ";
  private static final String HEARD_SINCE =
      "it is not in the device's queue, but the device has been heard since, at ";
  private static final String SERVED_AT_ANY_TIME =
      "it is not in the device's queue, but the device may be served at any time (";

  private final SimulatedServer server;
  private final Simulator chirpStack;
  private final List<String> devices;
  private final String enqueue;

  LostAnswersIT(SimulatedServer server) {
    this.server = server;
    chirpStack = server.builder().empty().start();
    devices = SmallNetwork.heard(chirpStack, 6).devEuis();
    enqueue = server.enqueueMethod();
  }

  /**
   * Each command is queued exactly once where the queue can tell: devices of class A that are not
   * heard meanwhile. The commands of a device are alike, so that only their order tells them apart.
   * One that was never queued is sent again only where that is certain.
   */
  @Test
  void inspectQueuesEachCommandOnceAndSaysSo() {
    try (chirpStack;
        SinkUnderTest sink = sink("inspect")) {
      String neverQueued = devices.get(5);
      chirpStack.faults().refuse(enqueue, 1, Status.UNAVAILABLE);
      sink.send(neverQueued, 5);
      sink.awaitCalls(enqueue, 1);
      chirpStack.faults().dropAnswers(enqueue, 7);
      for (int round = 0; round < 4; round++) {
        for (int device = 0; device < 5; device++) {
          sink.send(devices.get(device), device);
        }
      }
      sink.awaitCommitted(21);

      for (int device = 0; device < 5; device++) {
        assertThat(sink.accepted(devices.get(device)))
            .containsExactly(device, device, device, device);
      }
      if (server.tellsWhatWasNotQueued()) {
        assertThat(sink.accepted(neverQueued)).containsExactly(5);
        assertThat(sink.outcomes(neverQueued)).containsExactly("accepted");
        assertThat(sink.deadLetters()).isEmpty();
      } else {
        assertThat(sink.accepted(neverQueued)).isEmpty();
        assertThat(sink.outcomes(neverQueued)).containsExactly("unknown");
        assertThat(sink.deadLetters())
            .extracting(TopicRecord::key, LostAnswersIT::reason)
            .containsExactly(tuple(neverQueued, UNKNOWN + SERVED_AT_ANY_TIME + "class not known)"));
      }
      assertOutcomesNameTheQueuesItems(sink, 21);
    }
  }

  /** What can't be told is not sent again, but reported. */
  @Test
  void inspectReportsWhatTheQueueCannotTell() {
    try (chirpStack;
        SinkUnderTest sink = sink("inspect")) {
      String heard = devices.get(0);
      String classC = devices.get(1);
      chirpStack.network().deviceClass(classC, DeviceClass.CLASS_C);
      chirpStack.faults().dropAnswers(enqueue, 2);
      sink.send(heard, 1);
      sink.awaitAccepted(1);
      chirpStack.network().uplink(heard, 1, LabCodec.payload(20, 40));
      sink.send(classC, 2);
      sink.awaitAccepted(2);
      sink.send(heard, 3);
      sink.awaitCommitted(3);

      assertThat(sink.accepted()).containsExactly(1, 2, 3);
      assertThat(chirpStack.network().queue(classC)).isEmpty();
      assertThat(sink.outcomes(heard)).containsExactly("unknown", "accepted");
      assertThat(sink.outcomes(classC)).containsExactly("unknown");
      Map<String, String> reasons =
          sink.deadLetters().stream()
              .collect(Collectors.toMap(TopicRecord::key, LostAnswersIT::reason));
      assertThat(reasons).containsOnlyKeys(heard, classC);
      assertThat(reasons.get(heard)).startsWith(UNKNOWN + HEARD_SINCE);
      assertThat(reasons.get(classC)).startsWith(UNKNOWN + SERVED_AT_ANY_TIME);
    }
  }

  @Test
  void dropReportsAtOnce() {
    try (chirpStack;
        SinkUnderTest sink = sink("drop")) {
      chirpStack.faults().dropAnswers(enqueue, 2);
      sink.send(devices.get(0), 1);
      sink.send(devices.get(1), 2);
      sink.awaitAccepted(2);
      sink.send(devices.get(0), 3);
      sink.send(devices.get(1), 4);
      sink.awaitCommitted(4);

      assertThat(sink.accepted()).containsExactlyInAnyOrder(1, 2, 3, 4);
      assertThat(sink.outcomes(devices.get(0))).containsExactly("unknown", "accepted");
      assertThat(sink.outcomes(devices.get(1))).containsExactly("unknown", "accepted");
      List<TopicRecord> dead = sink.deadLetters();
      assertThat(dead)
          .extracting(TopicRecord::text)
          .containsExactlyInAnyOrder(SinkUnderTest.command(1), SinkUnderTest.command(2));
      assertThat(dead)
          .extracting(LostAnswersIT::reason)
          .allSatisfy(reason -> assertThat(reason).startsWith(UNKNOWN));
    }
  }

  /** At least once: what was queued without an answer is queued again. */
  @Test
  void resendSendsAgain() {
    try (chirpStack;
        SinkUnderTest sink = sink("resend")) {
      chirpStack.faults().dropAnswers(enqueue, 1);
      sink.send(devices.get(0), 1);
      sink.send(devices.get(0), 2);
      sink.awaitCommitted(2);

      assertThat(sink.accepted()).containsExactly(1, 1, 2);
      assertThat(sink.outcomes(devices.get(0))).containsExactly("accepted", "accepted");
      assertThat(sink.deadLetters()).isEmpty();
    }
  }

  private SinkUnderTest sink(String inDoubt) {
    return new SinkUnderTest(chirpStack, 1)
        .with("in.doubt", inDoubt)
        .with("chirpstack.request.timeout.ms", "1000")
        .start();
  }

  private static String reason(TopicRecord dead) {
    return dead.header(SinkUnderTest.REASON);
  }

  /** One outcome of each command, and each item of the queues named by one of them, in order. */
  private void assertOutcomesNameTheQueuesItems(SinkUnderTest sink, int count) {
    List<JsonNode> outcomes = sink.outcomes().stream().map(TopicRecord::json).toList();
    assertThat(outcomes)
        .extracting(outcome -> outcome.path("command_offset").asInt())
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, count).boxed().toList());
    for (String device : devices) {
      assertThat(
              outcomes.stream()
                  .filter(outcome -> outcome.path("dev_eui").asText().equals(device))
                  .filter(outcome -> outcome.path("state").asText().equals("accepted"))
                  .map(
                      outcome ->
                          tuple(
                              outcome.path("queue_item_id").textValue(),
                              outcome.path("f_cnt_down").numberValue())))
          .containsExactlyElementsOf(
              chirpStack.network().queue(device).stream().map(this::name).toList());
    }
  }

  private Tuple name(DeviceQueueItem item) {
    return switch (server.generation()) {
      case V3 -> tuple(null, item.getFCntDown());
      case V4 -> tuple(item.getId(), null);
    };
  }
}
