package io.github.chirpconnect.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.chirpconnect.harness.TopicRecord;
import io.github.chirpconnect.proto.v4.DeviceQueueItem;
import io.github.chirpconnect.proto.v4.common.DeviceClass;
import io.github.chirpconnect.simulator.LabCodec;
import io.github.chirpconnect.simulator.Simulator;
import io.grpc.Status;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The server takes a command, or doesn't, and nobody hears which. */
@Timeout(120)
class LostAnswersIT {
  private static final String ENQUEUE = "DeviceService/Enqueue";
  private static final String UNKNOWN = "unknown whether it was queued: ";

  private final Simulator chirpStack = Simulator.builder().start();
  private final List<String> devices = chirpStack.network().devEuis().subList(0, 6);

  /**
   * Each command is queued exactly once where the queue can tell: devices of class A that are not
   * heard meanwhile. The commands of a device are alike, so that only their order tells them apart.
   */
  @Test
  void inspectQueuesEachCommandOnceAndSaysSo() {
    try (chirpStack;
        SinkUnderTest sink = sink("inspect")) {
      String neverQueued = devices.get(5);
      chirpStack.faults().refuse(ENQUEUE, 1, Status.UNAVAILABLE);
      sink.send(neverQueued, 5);
      sink.awaitCalls(ENQUEUE, 1);
      chirpStack.faults().dropAnswers(ENQUEUE, 7);
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
      assertThat(sink.accepted(neverQueued)).containsExactly(5);
      assertThat(sink.deadLetters()).isEmpty();
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
      chirpStack.network().join(classC);
      chirpStack.network().uplink(classC, 1, LabCodec.payload(20, 40));
      chirpStack.network().deviceClass(classC, DeviceClass.CLASS_C);
      chirpStack.faults().dropAnswers(ENQUEUE, 2);
      sink.send(heard, 1);
      sink.awaitAccepted(1);
      sink.send(classC, 2);
      sink.awaitAccepted(2);
      chirpStack.network().uplink(heard, 1, LabCodec.payload(20, 40));
      sink.send(heard, 3);
      sink.awaitCommitted(3);

      assertThat(sink.accepted()).containsExactly(1, 2, 3);
      assertThat(chirpStack.network().queue(classC)).isEmpty();
      assertThat(sink.outcomes(heard)).containsExactly("unknown", "accepted");
      assertThat(sink.outcomes(classC)).containsExactly("unknown");
      assertThat(sink.deadLetters())
          .extracting(TopicRecord::key)
          .containsExactlyInAnyOrder(heard, classC);
      assertThat(sink.deadLetters())
          .extracting(record -> record.header(SinkUnderTest.REASON))
          .allSatisfy(reason -> assertThat(reason).startsWith(UNKNOWN));
    }
  }

  @Test
  void dropReportsAtOnce() {
    try (chirpStack;
        SinkUnderTest sink = sink("drop")) {
      chirpStack.faults().dropAnswers(ENQUEUE, 2);
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
          .extracting(record -> record.header(SinkUnderTest.REASON))
          .allSatisfy(reason -> assertThat(reason).startsWith(UNKNOWN));
    }
  }

  /** At least once: what was queued without an answer is queued again. */
  @Test
  void resendSendsAgain() {
    try (chirpStack;
        SinkUnderTest sink = sink("resend")) {
      chirpStack.faults().dropAnswers(ENQUEUE, 1);
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

  /** Each outcome is accepted, and each item of the queues is named by one of them, in order. */
  private void assertOutcomesNameTheQueuesItems(SinkUnderTest sink, int count) {
    List<JsonNode> outcomes = sink.outcomes().stream().map(TopicRecord::json).toList();
    assertThat(outcomes)
        .hasSize(count)
        .extracting(outcome -> outcome.path("outcome").asText())
        .containsOnly("accepted");
    assertThat(outcomes)
        .extracting(outcome -> outcome.path("offset").asInt())
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, count).boxed().toList());
    for (String device : devices) {
      assertThat(
              outcomes.stream()
                  .filter(outcome -> outcome.path("dev_eui").asText().equals(device))
                  .map(outcome -> outcome.path("queue_item_id").asText())
                  .collect(Collectors.toList()))
          .containsExactlyElementsOf(
              chirpStack.network().queue(device).stream().map(DeviceQueueItem::getId).toList());
    }
  }
}
