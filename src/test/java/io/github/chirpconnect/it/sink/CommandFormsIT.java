package io.github.chirpconnect.it.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import com.google.protobuf.ByteString;
import io.github.chirpconnect.harness.WrittenCommand;
import io.github.chirpconnect.harness.kafka.TopicRecord;
import io.github.chirpconnect.it.SinkUnderTest;
import io.github.chirpconnect.it.SmallNetwork;
import io.github.chirpconnect.proto.v4.DeviceQueueItem;
import io.github.chirpconnect.simulator.SimulatedServer;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.network.Enqueues.DeviceEnqueue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The forms in which commands come, each by the converters that make it of a record's bytes. */
@Execution(CONCURRENT)
@Timeout(120)
@ParameterizedClass
@EnumSource
class CommandFormsIT {
  private static final String JSON_CONVERTER = "org.apache.kafka.connect.json.JsonConverter";
  private static final String STRING_CONVERTER = "org.apache.kafka.connect.storage.StringConverter";
  private static final String SCHEMAS = "value.converter.schemas.enable";
  private static final String EUI_HEADER = "chirpstack.dev_eui";

  /** Digits alone, which Connect's default header converter takes for a number. */
  private static final String DIGITS = "0000000000000123";

  private static final String SNAKE_CASE =
      """
      {"dev_eui":"%s","f_port":1,"data":"AQ==","id":"mine"}\
      """;

  /** What goes to ChirpStack's MQTT topics {@code application/…/device/…/command/down}. */
  private static final String MQTT_V4 =
      """
      {"devEui":"%s","confirmed":true,"fPort":2,"data":"AgI="}\
      """;

  private static final String MQTT_V4_EXPIRING =
      """
      {"devEui":"%s","confirmed":true,"fPort":6,"data":"Bg==","expiresAt":"2100-01-01T00:00:00Z"}\
      """;

  private static final String ENCRYPTED =
      """
      {"dev_eui":"%s","f_port":7,"data":"Bw==","is_encrypted":true,"f_cnt_down":30}\
      """;

  private static final String MQTT_V3 =
      """
      {"applicationID":"3","devEUI":"%s","reference":"r","confirmed":false,"fPort":3,"data":"AwM="}\
      """;

  private static final String HEX =
      """
      {"dev_eui":"%s","f_port":4,"data_hex":"04Ff"}\
      """;

  private static final String OBJECT =
      """
      {"dev_eui":"%s","f_port":5,"object":{"on":true,"level":7}}\
      """;

  private static final String FLUSH =
      """
      {"dev_eui":"%s","command":"flush"}\
      """;

  private static final String FLUSH_FIRST =
      """
      {"dev_eui":"%s","f_port":8,"data":"CA==","flush_queue":true}\
      """;

  private static final List<String> WRITTEN_AS_JSON =
      List.of(SNAKE_CASE, MQTT_V4, MQTT_V3, HEX, OBJECT, MQTT_V4_EXPIRING, ENCRYPTED);

  private static final List<String> AS_QUEUED =
      List.of("1 01", "2 0202 confirmed", "3 0303", "4 04ff", "5 010107");

  private static final List<String> OPTIONS_AS_QUEUED =
      List.of("6 06 confirmed expires", "7 07 encrypted for 30");

  private static final String STRUCT =
      """
      {"schema":{"type":"struct","fields":[
        {"field":"dev_eui","type":"string"},
        {"field":"f_port","type":"int32"},
        {"field":"confirmed","type":"boolean","optional":true},
        {"field":"data","type":"bytes","optional":true},
        {"field":"data_hex","type":"string","optional":true},
        {"field":"expires_at","type":"int64","name":"org.apache.kafka.connect.data.Timestamp","optional":true},
        {"field":"is_encrypted","type":"boolean","optional":true},
        {"field":"f_cnt_down","type":"int64","optional":true},
        {"field":"object","type":"struct","optional":true,"fields":[
          {"field":"on","type":"boolean"},{"field":"level","type":"int8"}]}]},
       "payload":%s}\
      """;

  private final SimulatedServer server;
  private final Simulator chirpStack;

  /** With a codec. */
  private final String device;

  private final String withoutCodec;

  CommandFormsIT(SimulatedServer server) {
    this.server = server;
    chirpStack = server.builder().empty().start();
    SmallNetwork network = new SmallNetwork(chirpStack, 1);
    device = network.devEuis().get(0);
    network.addDevice(DIGITS);
    withoutCodec = network.addDeviceWithoutCodec();
    network.hear();
  }

  @AfterEach
  void close() {
    chirpStack.close();
  }

  @Test
  void jsonBytes() {
    assertQueued(with("org.apache.kafka.connect.converters.ByteArrayConverter"), WRITTEN_AS_JSON);
  }

  @Test
  void jsonText() {
    assertQueued(with(STRING_CONVERTER), WRITTEN_AS_JSON);
  }

  @Test
  void mapsWithoutSchema() {
    assertQueued(with(JSON_CONVERTER).with(SCHEMAS, "false"), WRITTEN_AS_JSON);
  }

  @Test
  void structs() {
    assertQueued(
        with(JSON_CONVERTER).with(SCHEMAS, "true"),
        List.of(
            struct("{'dev_eui':'%s','f_port':1,'data':'AQ=='}"),
            struct("{'dev_eui':'%s','f_port':2,'data':'AgI=','confirmed':true}"),
            struct("{'dev_eui':'%s','f_port':3,'data':'AwM=','confirmed':false}"),
            struct("{'dev_eui':'%s','f_port':4,'data_hex':'04Ff'}"),
            struct("{'dev_eui':'%s','f_port':5,'object':{'on':true,'level':7}}"),
            struct(
                "{'dev_eui':'%s','f_port':6,'data':'Bg==','confirmed':true,'expires_at':4102444800000}"),
            struct(
                "{'dev_eui':'%s','f_port':7,'data':'Bw==','is_encrypted':true,'f_cnt_down':30}")));
  }

  @Test
  void aFlushEmptiesTheQueueAndSoMayAnEnqueueDoFirst() {
    try (SinkUnderTest sink = new SinkUnderTest(chirpStack, 1)) {
      sink.start();
      write(sink, List.of(SNAKE_CASE, HEX, FLUSH, SNAKE_CASE, FLUSH_FIRST, HEX));
      sink.awaitCommitted(6);

      if (server.hasDownlinkOptions()) {
        assertThat(sink.deadLetters()).isEmpty();
        assertThat(queued()).containsExactly("8 08", "4 04ff");
        assertThat(enqueued()).containsExactly("1 01", "4 04ff", "1 01", "8 08", "4 04ff");
      } else {
        assertRefused(sink, "flush_queue");
        assertThat(queued()).containsExactly("1 01", "4 04ff");
        assertThat(enqueued()).containsExactly("1 01", "4 04ff", "1 01", "4 04ff");
      }
    }
  }

  @Test
  void theDeviceMayBeNamedByTheKeyOrByAHeader() {
    try (SinkUnderTest sink = new SinkUnderTest(chirpStack, 1)) {
      sink.with("header.converter", STRING_CONVERTER).start();
      String command = SNAKE_CASE.replace("\"dev_eui\":\"%s\",", "");
      sink.send(device.replaceAll("..(?=.)", "$0-"), command);
      sink.topics().send(sink.topic(), "sender's key", command, Map.of(EUI_HEADER, DIGITS));
      sink.topics()
          .send(sink.topic(), null, command, Map.of(EUI_HEADER, device.toUpperCase(Locale.ROOT)));
      sink.awaitCommitted(3);

      assertThat(sink.deadLetters()).isEmpty();
      assertThat(queued()).containsExactly("1 01", "1 01");
      assertThat(chirpStack.network().queue(DIGITS)).hasSize(1);
    }
  }

  /** The EUI would be another one by the time the sink sees it. */
  @Test
  void aHeaderThatBecameANumberIsRefused() {
    try (SinkUnderTest sink = new SinkUnderTest(chirpStack, 1)) {
      sink.start();
      String command = SNAKE_CASE.replace("\"dev_eui\":\"%s\",", "");
      sink.topics().send(sink.topic(), null, command, Map.of(EUI_HEADER, DIGITS));
      sink.awaitCommitted(1);

      List<TopicRecord> dead = sink.deadLetters();
      assertThat(dead).hasSize(1);
      assertThat(dead.get(0).header(SinkUnderTest.REASON))
          .startsWith("the header chirpstack.dev_eui came as ")
          .endsWith("set header.converter=org.apache.kafka.connect.storage.StringConverter");
      assertThat(chirpStack.observations().enqueues()).isEmpty();
    }
  }

  @Test
  void commandsAsPeopleAndToolsWriteThem() {
    List<WrittenCommand> written = WrittenCommand.all(device);
    try (SinkUnderTest sink = new SinkUnderTest(chirpStack, 1)) {
      sink.with("key.converter", STRING_CONVERTER).start();
      written.forEach(command -> sink.send(command.key(), command.value()));
      sink.awaitCommitted(written.size());

      List<WrittenCommand> good =
          written.stream().filter(command -> command.queued() != null).toList();
      assertThat(queued())
          .containsExactlyElementsOf(good.stream().map(WrittenCommand::queued).toList());
      assertThat(ids(sink)).containsAll(ids(good));
      Map<String, String> reasons = reasons(sink);
      assertThat(reasons).hasSize(written.size() - good.size());
      written.stream()
          .filter(command -> command.queued() == null)
          .forEach(
              command ->
                  assertThat(reasons.get(command.value()))
                      .as(command.value())
                      .contains(command.refused()));
    }
  }

  private static List<String> ids(List<WrittenCommand> commands) {
    return commands.stream().map(WrittenCommand::id).filter(Objects::nonNull).toList();
  }

  private static List<String> ids(SinkUnderTest sink) {
    return sink.outcomes().stream()
        .map(TopicRecord::json)
        .filter(outcome -> outcome.path("state").asText().equals("accepted"))
        .map(outcome -> outcome.path("command_id").asText())
        .toList();
  }

  /** Why commands were refused, by their text. */
  private static Map<String, String> reasons(SinkUnderTest sink) {
    Map<String, String> reasons = new HashMap<>();
    sink.deadLetters().forEach(dead -> reasons.put(dead.text(), dead.header(SinkUnderTest.REASON)));
    return reasons;
  }

  /** ChirpStack v4 would queue nothing but a port. */
  @Test
  void anObjectForADeviceWithoutACodecIsRefused() {
    try (SinkUnderTest sink = new SinkUnderTest(chirpStack, 1)) {
      sink.start();
      sink.send(withoutCodec, OBJECT.formatted(withoutCodec));
      sink.send(withoutCodec, SNAKE_CASE.formatted(withoutCodec));
      sink.awaitCommitted(2);

      assertThat(sink.outcomes(withoutCodec)).containsExactly("rejected", "accepted");
      assertThat(reasons(sink).values())
          .singleElement()
          .asString()
          .contains(withoutCodec, "codec", "send data");
      assertThat(enqueued()).containsExactly("1 01");
    }
  }

  /** The server takes it, and would be silent about it. */
  @Test
  void theOutcomeSaysThatTheDeviceIsDisabled() {
    chirpStack.network().updateDevice(device, config -> config.setIsDisabled(true));
    try (SinkUnderTest sink = new SinkUnderTest(chirpStack, 1)) {
      sink.start();
      write(sink, List.of(OBJECT));
      sink.awaitCommitted(1);

      assertThat(queued()).containsExactly("5 010107");
      assertThat(sink.outcomes())
          .singleElement()
          .satisfies(
              outcome -> {
                assertThat(outcome.json().path("state").asText()).isEqualTo("accepted");
                assertThat(outcome.json().path("reason").asText())
                    .startsWith("the device is disabled: ");
              });
    }
  }

  private SinkUnderTest with(String valueConverter) {
    return new SinkUnderTest(chirpStack, 1).with("value.converter", valueConverter);
  }

  private void assertQueued(SinkUnderTest sink, List<String> commands) {
    try (sink) {
      sink.start();
      write(sink, commands);
      sink.awaitCommitted(commands.size());
      List<String> queued = new ArrayList<>(AS_QUEUED);
      if (server.hasDownlinkOptions()) {
        queued.addAll(OPTIONS_AS_QUEUED);
        assertThat(sink.deadLetters()).isEmpty();
      } else {
        assertRefused(sink, "expires_at", "is_encrypted");
      }
      assertThat(queued()).containsExactlyElementsOf(queued);
    }
  }

  /** The dead letters are commands that have a field which v3 would ignore. */
  private static void assertRefused(SinkUnderTest sink, String... fields) {
    assertThat(sink.deadLetters())
        .extracting(dead -> dead.header(SinkUnderTest.REASON))
        .zipSatisfy(
            List.of(fields),
            (reason, field) ->
                assertThat(reason)
                    .startsWith("ChirpStack v3 does not know " + field + " and would ignore it"));
  }

  private void write(SinkUnderTest sink, List<String> commands) {
    commands.forEach(command -> sink.send(null, command.formatted(device)));
  }

  private static String struct(String payload) {
    return STRUCT.formatted(payload.replace('\'', '"'));
  }

  /** What is in the device's queue. */
  private List<String> queued() {
    return chirpStack.network().queue(device).stream().map(CommandFormsIT::text).toList();
  }

  /** What the server took, in order. */
  private List<String> enqueued() {
    return chirpStack.observations().enqueues().stream()
        .map(DeviceEnqueue::item)
        .map(CommandFormsIT::text)
        .toList();
  }

  private static String text(DeviceQueueItem item) {
    ByteString data = item.getData();
    return item.getFPort()
        + " "
        + HexFormat.of().formatHex(data.toByteArray())
        + (item.getConfirmed() ? " confirmed" : "")
        + (item.hasExpiresAt() ? " expires" : "")
        + (item.getIsEncrypted() ? " encrypted for " + item.getFCntDown() : "");
  }
}
