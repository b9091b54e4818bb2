package io.github.chirpconnect.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.harness.kafka.TopicRecord;
import java.util.List;
import org.junit.jupiter.api.Test;

class DownlinkLoopTest {
  private static final String ITEM = "6f1c2d3e-0000-4000-8000-000000000001";
  private static final TopicRecord OUTCOME =
      Records.downlink(1, outcome("\"queue_item_id\": \"" + ITEM + "\""));

  private final DownlinkLoop loop = loop(true);

  @Test
  void isClosedByTheAckOfTheItemThatTheOutcomeNames() {
    assertThat(loop.observe(OUTCOME)).hasValue("queued as item 6f1c2d3e, 1.0 s after the command");
    assertThat(loop.observe(sent(ITEM, 4)))
        .hasValue("item 6f1c2d3e sent by gateway 84552068fdd73cc6, 4.0 s after the command");
    assertThat(loop.isClosed()).isFalse();
    assertThat(loop.observe(answered(ITEM, 9, "acknowledged")))
        .hasValue("item 6f1c2d3e acknowledged by the device, 9.0 s after the command");
    assertThat(loop.isClosed()).isTrue();
    assertThat(loop.summary())
        .isEqualTo(
            "queued 1.0 s, sent 4.0 s, acknowledged 9.0 s after the command (queue item 6f1c2d3e)");
  }

  @Test
  void isNotMovedByOtherItemsNorByOtherCommands() {
    loop.observe(OUTCOME);
    assertThat(loop.observe(sent("another", 2))).isEmpty();
    assertThat(loop.observe(answered("another", 3, "acknowledged"))).isEmpty();
    assertThat(
            loop.observe(
                Records.downlink(
                    3,
                    "{\"command_topic\": \"c\", \"command_id\": \"x\", \"state\": \"accepted\","
                        + " \"queue_item_id\": \"another\"}")))
        .isEmpty();
    assertThat(loop.isClosed()).isFalse();
    assertThat(loop.summary()).isEqualTo("under way, so far seen: commanded, queued");
  }

  @Test
  void countsEventsThatWereReadBeforeTheOutcome() {
    loop.observe(sent(ITEM, 4));
    loop.observe(answered(ITEM, 9, "acknowledged"));
    loop.observe(OUTCOME);
    assertThat(loop.isClosed()).isTrue();
  }

  @Test
  void tellsADeviceThatDidNotAcknowledge() {
    loop.observe(OUTCOME);
    assertThat(loop.observe(answered(ITEM, 9, "not-acknowledged")).orElseThrow())
        .contains("not acknowledged");
  }

  @Test
  void anAnnouncementOfACallIsNoOutcome() {
    for (String state : List.of("sending", "waiting")) {
      TopicRecord announced =
          Records.downlink(
              0,
              "{\"command_topic\": \"c\", \"command_id\": \"demo-1\", \"state\": \"%s\"}"
                  .formatted(state));
      assertThat(loop.observe(announced)).isEmpty();
      assertThat(loop.refusal()).isEmpty();
    }
  }

  @Test
  void keepsTheReasonOfARefusal() {
    loop.observe(
        Records.downlink(
            1,
            "{\"command_topic\": \"c\", \"command_id\": \"demo-1\", \"state\": \"rejected\","
                + " \"queue_item_id\": null, \"reason\": \"f_port 0\"}"));
    assertThat(loop.summary()).isEqualTo("refused: f_port 0");
    assertThat(loop.isClosed()).isFalse();
  }

  @Test
  void isFollowedByItsFrameCounterOnV3() {
    assertThat(
            loop.observe(
                Records.downlink(1, outcome("\"queue_item_id\": null, \"f_cnt_down\": 7"))))
        .hasValue("queued with frame counter 7, 1.0 s after the command");
    assertThat(loop.observe(counted("sent", 6, 2))).isEmpty();
    assertThat(loop.observe(counted("sent", 7, 4)).orElseThrow())
        .startsWith("frame counter 7 sent by gateway");
    loop.observe(counted("acknowledged", 7, 9));
    assertThat(loop.isClosed()).isTrue();
    assertThat(loop.summary()).endsWith("after the command (frame counter 7)");
  }

  @Test
  void isTheDevicesNextDownlinkWhereNoCounterIsTold() {
    loop.observe(counted("sent", 6, -60));
    assertThat(loop.observe(Records.downlink(1, outcome("\"queue_item_id\": null"))))
        .hasValue("queued, 1.0 s after the command");
    loop.observe(counted("sent", 7, 4));
    assertThat(loop.observe(counted("acknowledged", 8, 5))).isEmpty();
    loop.observe(counted("acknowledged", 7, 9));
    assertThat(loop.isClosed()).isTrue();
  }

  @Test
  void isOnlyLikelyFoundOnV3WhereItWasNotAloneInTheQueue() {
    DownlinkLoop crowded = loop(false);
    crowded.observe(counted("sent", 7, 4));
    crowded.observe(counted("acknowledged", 7, 9));
    crowded.observe(Records.downlink(1, outcome("\"queue_item_id\": null, \"f_cnt_down\": 7")));
    assertThat(crowded.isClosed()).isTrue();
    assertThat(crowded.summary()).endsWith("(frame counter 7, likely the command's)");
  }

  private static DownlinkLoop loop(boolean alone) {
    return new DownlinkLoop("demo-1", Records.DEV_EUI, alone, Records.START);
  }

  private static String outcome(String ids) {
    return "{\"command_topic\": \"c\", \"command_id\": \"demo-1\", \"state\": \"accepted\", %s}"
        .formatted(ids);
  }

  private static TopicRecord counted(String state, int counter, int second) {
    return state(state, second, "\"f_cnt_down\": " + counter);
  }

  private static TopicRecord sent(String item, int second) {
    return state("sent", second, "\"queue_item_id\": \"" + item + "\"");
  }

  private static TopicRecord answered(String item, int second, String state) {
    return state(state, second, "\"queue_item_id\": \"" + item + "\"");
  }

  private static TopicRecord state(String state, int second, String named) {
    return Records.downlink(
        second,
        "{\"state\": \"%s\", \"dev_eui\": \"%s\", \"gateway_id\": \"84552068fdd73cc6\", %s}"
            .formatted(state, Records.DEV_EUI, named));
  }
}
