package io.github.chirpconnect.api.v3;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Timestamp;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.proto.v3.StreamDeviceEventLogsResponse;
import io.github.chirpconnect.proto.v3.StreamDeviceFrameLogsResponse;
import io.github.chirpconnect.proto.v3.UplinkFrameLog;
import io.github.chirpconnect.proto.v3.gw.UplinkRXInfo;
import io.github.chirpconnect.record.FieldTable;
import io.github.chirpconnect.record.RecordFactory;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each field of each event in the versions of v3's Application Server, from the protobuf files that
 * each was built with. It prints all defaults, so that what is absent its version does not have. A
 * version is its minor number; 18 stands for 3.17.4 and later.
 */
class FieldsOfV3Test {
  private static final int OLDEST = 10;
  private static final int NEWEST = 18;

  private static final String COMMON =
      """
      publishedAt       | 16 | time_text | "2024-01-01T00:00:00.1Z" | "2024-01-01T00:00:00.100Z" | null | null
      applicationID     | 10 | device_info.application_id | "7" | "7" | "0" | "0"
      applicationName   | 10 | device_info.application_name | "x" | "x" | "" | ""
      deviceName        | 10 | device_info.device_name | "x" | "x" | "" | ""
      devEUI            | 10 | device_info.dev_eui | "AQIDBAUGBwg=" | "0102030405060708" | null | null
      tags              | 10 | device_info.tags | {"a":"b"} | {"a":"b"} | {} | {}
      """;

  private static final String MODULATION =
      """
      txInfo.frequency  | 10 | tx_info.frequency | 868100000 | 868100000 | 0 | 0
      txInfo.loRaModulationInfo.bandwidth | 10 | tx_info.modulation.lora.bandwidth | 125 | 125000 | 0 | 0
      txInfo.loRaModulationInfo.spreadingFactor | 10 | tx_info.modulation.lora.spreading_factor | 7 | 7 | 0 | 0
      txInfo.loRaModulationInfo.codeRate | 10 | tx_info.modulation.lora.code_rate_legacy | "4/5" | "4/5" | "" | ""
      txInfo.loRaModulationInfo.polarizationInversion | 10 | tx_info.modulation.lora.polarization_inversion | true | true | false | false
      """;

  private static final String RECEIVED =
      """
      devAddr           | 11 | dev_addr | "AQIDBA==" | "01020304" | null | null
      dr                | 10 | dr | 5 | 5 | 0 | 0
      rxInfo[].gatewayID | 10 | rx_info.0.gateway_id | "AQIDBAUGBwg=" | "0102030405060708" | null | ""
      rxInfo[].time     | 10 | rx_info.0.gw_time_text | "2024-01-01T00:00:00Z" | "2024-01-01T00:00:00Z" | null | null
      rxInfo[].timeSinceGPSEpoch | 10 | rx_info.0.time_since_gps_epoch | "1.5s" | "1.5s" | null | null
      rxInfo[].rssi     | 10 | rx_info.0.rssi | -57 | -57 | 0 | 0
      rxInfo[].loRaSNR  | 10 | rx_info.0.snr | 9.5 | 9.5 | 0 | 0
      rxInfo[].channel  | 10 | rx_info.0.channel | 7 | 7 | 0 | 0
      rxInfo[].rfChain  | 10 | rx_info.0.rf_chain | 7 | 7 | 0 | 0
      rxInfo[].board    | 10 | rx_info.0.board | 7 | 7 | 0 | 0
      rxInfo[].antenna  | 10 | rx_info.0.antenna | 7 | 7 | 0 | 0
      rxInfo[].location.latitude | 10 | rx_info.0.location.latitude | 1.5 | 1.5 | 0 | null
      rxInfo[].location.longitude | 10 | rx_info.0.location.longitude | 1.5 | 1.5 | 0 | null
      rxInfo[].location.altitude | 10 | rx_info.0.location.altitude | 1.5 | 1.5 | 0 | null
      rxInfo[].location.source | 10 | rx_info.0.location.source | "GPS" | "GPS" | "UNKNOWN" | null
      rxInfo[].location.accuracy | 10 | rx_info.0.location.accuracy | 7 | 7 | 0 | null
      rxInfo[].fineTimestampType | 10 | rx_info.0.fine_timestamp_type | "PLAIN" | "PLAIN" | "NONE" | "NONE"
      rxInfo[].plainFineTimestamp.time | 10 | rx_info.0.fine_timestamp_text | "2024-01-01T00:00:00.123456789Z" | "2024-01-01T00:00:00.123456789Z" | null | null
      rxInfo[].context  | 10 | rx_info.0.context | "AQ==" | "AQ==" | null | ""
      rxInfo[].uplinkID | 10 | rx_info.0.uplink_uuid | "TkZ8j2uYQEKPXwHqj5JkNQ==" | "4e467c8f-6b98-4042-8f5f-01ea8f926435" | null | null
      rxInfo[].crcStatus | 10 | rx_info.0.crc_status | "CRC_OK" | "CRC_OK" | "NO_CRC" | "NO_CRC"
      """
          + MODULATION;

  /** Where {@code devAddr} is older. */
  private static final String JOINED =
      RECEIVED.replace("devAddr           | 11", "devAddr           | 10");

  private static final Map<String, String> TABLES =
      Map.of(
          "up",
          COMMON
              + RECEIVED
              + """
              adr               | 10 | adr | true | true | false | false
              fCnt              | 10 | f_cnt | 7 | 7 | 0 | 0
              fPort             | 10 | f_port | 7 | 7 | 0 | 0
              data              | 10 | data | "AQ==" | "AQ==" | null | ""
              objectJSON        | 10 | object | "{\\"b\\":1,\\"a\\":1e+21}" | "{\\"a\\":1e+21,\\"b\\":1}" | "" | null
              confirmedUplink   | 11 | confirmed | true | true | false | false
              deviceProfileID   | 18 | device_info.device_profile_id | "x" | "x" | "" | ""
              deviceProfileName | 18 | device_info.device_profile_name | "x" | "x" | "" | ""
              """,
          "join",
          COMMON + JOINED,
          "ack",
          COMMON
              + """
              acknowledged      | 10 | acknowledged | true | true | false | false
              fCnt              | 10 | f_cnt_down | 7 | 7 | 0 | 0
              """,
          "txack",
          COMMON
              + """
              fCnt              | 10 | f_cnt_down | 7 | 7 | 0 | 0
              gatewayID         | 15 | gateway_id | "AQIDBAUGBwg=" | "0102030405060708" | null | null
              txInfo.power      | 15 | tx_info.power | 7 | 7 | 0 | 0
              txInfo.board      | 15 | tx_info.board | 7 | 7 | 0 | 0
              txInfo.antenna    | 15 | tx_info.antenna | 7 | 7 | 0 | 0
              txInfo.context    | 15 | tx_info.context | "AQ==" | "AQ==" | null | ""
              """
              + MODULATION.replace("| 10 |", "| 15 |"),
          "status",
          COMMON
              + """
              margin            | 10 | margin | -7 | -7 | 0 | 0
              externalPowerSource | 10 | external_power_source | true | true | false | false
              batteryLevelUnavailable | 10 | battery_level_unavailable | true | true | false | false
              batteryLevel      | 10 | battery_level | 99.5 | 99.5 | 0 | 0
              """,
          "error",
          COMMON
              + """
              type              | 10 | code | "UPLINK_FCNT_RESET" | "UPLINK_F_CNT_RESET" | "UNKNOWN" | "UNKNOWN"
              error             | 10 | description | "x" | "x" | "" | ""
              fCnt              | 10 | f_cnt | 7 | 7 | 0 | 0
              """,
          "location",
          COMMON
              + """
              location.latitude | 10 | location.latitude | 1.5 | 1.5 | 0 | null
              location.source   | 10 | location.source | "GPS" | "GPS" | "UNKNOWN" | null
              uplinkIDs         | 10 | uplink_uuids | ["TkZ8j2uYQEKPXwHqj5JkNQ=="] | ["4e467c8f-6b98-4042-8f5f-01ea8f926435"] | [] | [] | []
              fCnt              | 11 | f_cnt | 7 | 7 | 0 | 0
              """);

  /** What v3 does not tell: null, but for lists and maps. */
  private static final Map<String, String> OF_V4_ALONE =
      Map.of(
          "device_info.tenant_id", "null",
          "device_info.tenant_name", "null",
          "device_info.device_class_enabled", "null",
          "deduplication_id", "null",
          "region_config_id", "null",
          "queue_item_id", "null",
          "downlink_id", "null",
          "rx_info.0.uplink_id", "null",
          "rx_info.0.metadata", "{}",
          "tx_info.modulation.lora.preamble", "null");

  private final RecordFactory records =
      new RecordFactory("c", () -> Generation.V3, Clock.systemUTC(), Long.MAX_VALUE);

  static Stream<Arguments> versions() {
    return TABLES.keySet().stream()
        .flatMap(
            type ->
                IntStream.rangeClosed(OLDEST, NEWEST)
                    .mapToObj(version -> Arguments.of(type, version)));
  }

  @ParameterizedTest
  @MethodSource("versions")
  void eachFieldIsTold(String type, int version) {
    assertTold(type, version, false);
  }

  @ParameterizedTest
  @MethodSource("versions")
  void eachDefaultIsTold(String type, int version) {
    assertTold(type, version, true);
  }

  private void assertTold(String type, int version, boolean defaults) {
    List<FieldTable.Row> rows = FieldTable.rows(TABLES.get(type));
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    for (FieldTable.Row row : rows) {
      if (row.isIn(version)) {
        FieldTable.put(body, row.path(), defaults ? row.written() : row.value());
      }
    }
    JsonNode record = record(type, body);
    for (FieldTable.Row row : rows) {
      JsonNode told = defaults ? row.saysOfDefault() : row.says();
      FieldTable.assertSays(
          record, row.recordPath(), row.isIn(version) ? told : row.saysOfNone(), body.toString());
    }
    OF_V4_ALONE.forEach(
        (path, expected) -> {
          if (!path.startsWith("rx_info") || record.path("rx_info").has(0)) {
            FieldTable.assertSays(record, path, FieldTable.json(expected), type);
          }
        });
  }

  /** Nothing of it may become another text in silence. */
  @Test
  void whatIsWrittenOtherwiseIsReadAsItIsMeant() {
    ObjectNode error = JsonNodeFactory.instance.objectNode();
    error.put("type", 99).put("devEUI", "0A0B0C0D00000007");
    JsonNode ofNewerServer = record("error", error);
    assertThat(ofNewerServer.path("code").asText()).isEqualTo("99");
    assertThat(ofNewerServer.path("device_info").path("dev_eui").asText())
        .isEqualTo("0a0b0c0d00000007");
    ObjectNode up = JsonNodeFactory.instance.objectNode();
    up.put("devAddr", "FE00483C").putArray("rxInfo").addObject().put("gatewayID", "AO92gp0wAAE=");
    JsonNode mixed = record("up", up);
    assertThat(mixed.path("dev_addr").asText()).isEqualTo("fe00483c");
    assertThat(mixed.path("rx_info").path(0).path("gateway_id").asText())
        .isEqualTo("00ef76829d300001");
  }

  /** A stream that ended at it would begin with it again. */
  @Test
  void aFrameThatHasNoFormIsPassedOnAsText() {
    UplinkFrameLog noJson = UplinkFrameLog.newBuilder().setPhyPayloadJson("{\"mhdr\":").build();
    UplinkFrameLog noTime =
        UplinkFrameLog.newBuilder()
            .addRxInfo(UplinkRXInfo.newBuilder().setTime(Timestamp.newBuilder().setNanos(-1)))
            .build();
    for (UplinkFrameLog frame : List.of(noJson, noTime)) {
      StreamDeviceFrameLogsResponse message =
          StreamDeviceFrameLogsResponse.newBuilder().setUplinkFrame(frame).build();
      SourceRecord record =
          records.entry(ProtoMapping.frame("0102030405060708", message), null, Map.of(), Map.of());
      assertThat(record.topic()).isEqualTo("c.device.unreadable");
      assertThat(((Struct) record.value()).getString("error")).contains("no JSON");
      assertThat(((Struct) record.value()).getString("body")).isNotEmpty();
    }
  }

  private JsonNode record(String type, ObjectNode body) {
    StreamDeviceEventLogsResponse event =
        StreamDeviceEventLogsResponse.newBuilder()
            .setType(type)
            .setPayloadJson(body.toString())
            .setStreamId("1-0")
            .build();
    SourceRecord record =
        records.entry(ProtoMapping.event("0102030405060708", event), null, Map.of(), Map.of());
    Struct value = (Struct) record.value();
    assertThat(record.topic())
        .as(value.toString())
        .isEqualTo("c.device." + (type.equals("error") ? "log" : type));
    assertThat(value.get("unknown_fields")).isNull();
    return FieldTable.json(value);
  }

  @ParameterizedTest
  @CsvSource({
    "4/5, CR_4_5",
    "2/3, CR_4_6",
    "4/6, CR_4_6",
    "1/2, CR_4_8",
    "2/4, CR_4_8",
    "1/3, CR_2_6",
    "2/6, CR_2_6",
    "5/6, CR_5_6",
    "3/8, CR_3_8",
    "4/5LI, CR_LI_4_5",
    "4/6 LI, CR_LI_4_6",
    "3/4, CR_UNDEFINED",
    "OFF, CR_UNDEFINED",
    "'', CR_UNDEFINED"
  })
  void aCodeRateHasTheNameThatV4GivesIt(String rate, String name) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    JsonNode text = JsonNodeFactory.instance.textNode(rate);
    FieldTable.put(body, "txInfo.lrFHSSModulationInfo.codeRate", text);
    JsonNode lrFhss = record("up", body).path("tx_info").path("modulation").path("lr_fhss");
    assertThat(lrFhss.path("code_rate").asText()).isEqualTo(name);
    assertThat(lrFhss.path("code_rate_legacy").asText()).isEqualTo(rate);
    body.removeAll();
    FieldTable.put(body, "txInfo.loRaModulationInfo.codeRate", text);
    JsonNode lora = record("up", body).path("tx_info").path("modulation").path("lora");
    assertThat(lora.path("code_rate").asText()).isEqualTo(name);
  }

  /** As a server says that has lists of null, and times of no clock. */
  @ParameterizedTest
  @CsvSource({"up", "join"})
  void nullsAreEmptyListsAndNoTimes(String type) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.putNull("rxInfo").putNull("tags").putNull("publishedAt").putNull("txInfo");
    JsonNode record = record(type, body);
    assertThat(record.path("rx_info").isEmpty()).isTrue();
    assertThat(record.path("rx_info").isArray()).isTrue();
    assertThat(record.path("device_info").path("tags").isObject()).isTrue();
    assertThat(record.path("tx_info").isNull()).isTrue();
    assertThat(record.path("time").isNull()).isTrue();
  }
}
