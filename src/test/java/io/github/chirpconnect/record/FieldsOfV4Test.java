package io.github.chirpconnect.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.api.LogKind;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each field of each event in each version of ChirpStack v4, from its protobuf files: 4.0 leaves
 * out all defaults, 4.1 and later those of radio and common messages alone. A version is its minor
 * number.
 */
class FieldsOfV4Test {
  private static final int NEWEST = 19;

  /** Where defaults are left out by each version. */
  private static final Pattern OMITTING =
      Pattern.compile("(rxInfo\\[]|txInfo|location|joinServerContext)\\..*");

  private static final String CAUSE =
      """
      deduplicationId              | 0 | deduplication_id | "x" | "x" | "" | ""
      """;

  private static final String COMMON =
      """
      time                         | 0 | time_text | "2024-01-01T00:00:00.1+00:00" | "2024-01-01T00:00:00.100Z" | | null
      deviceInfo.tenantId          | 0 | device_info.tenant_id | "x" | "x" | "" | ""
      deviceInfo.tenantName        | 0 | device_info.tenant_name | "x" | "x" | "" | ""
      deviceInfo.applicationId     | 0 | device_info.application_id | "x" | "x" | "" | ""
      deviceInfo.applicationName   | 0 | device_info.application_name | "x" | "x" | "" | ""
      deviceInfo.deviceProfileId   | 0 | device_info.device_profile_id | "x" | "x" | "" | ""
      deviceInfo.deviceProfileName | 0 | device_info.device_profile_name | "x" | "x" | "" | ""
      deviceInfo.deviceName        | 0 | device_info.device_name | "x" | "x" | "" | ""
      deviceInfo.devEui            | 0 | device_info.dev_eui | "0A" | "0a" | "" | ""
      deviceInfo.tags              | 0 | device_info.tags | {"a":"b"} | {"a":"b"} | {} | {}
      deviceInfo.deviceClassEnabled | 4 | device_info.device_class_enabled | "CLASS_C" | "CLASS_C" | "CLASS_A" | "CLASS_A"
      """;

  private static final String JOINED =
      """
      devAddr                      | 0 | dev_addr | "0A" | "0a" | "" | ""
      relayRxInfo.devEui           | 4 | relay_rx_info.dev_eui | "0A" | "0a" | "" | ""
      relayRxInfo.frequency        | 4 | relay_rx_info.frequency | 7 | 7 | 0 | 0
      relayRxInfo.dr               | 4 | relay_rx_info.dr | 7 | 7 | 0 | 0
      relayRxInfo.snr              | 4 | relay_rx_info.snr | -7 | -7 | 0 | 0
      relayRxInfo.rssi             | 4 | relay_rx_info.rssi | -7 | -7 | 0 | 0
      relayRxInfo.worChannel       | 4 | relay_rx_info.wor_channel | 7 | 7 | 0 | 0
      joinServerContext.sessionKeyId | 6 | join_server_context.session_key_id | "x" | "x" | "" | ""
      joinServerContext.appSKey.kekLabel | 6 | join_server_context.app_s_key.kek_label | "x" | "x" | "" | ""
      joinServerContext.appSKey.aesKey | 6 | join_server_context.app_s_key.aes_key | "AQ==" | "AQ==" | "" | ""
      regionConfigId               | 11 | region_config_id | "x" | "x" | "" | ""
      """;

  private static final String MODULATION =
      """
      txInfo.frequency             | 0 | tx_info.frequency | 868100000 | 868100000 | 0 | 0
      txInfo.modulation.lora.bandwidth | 0 | tx_info.modulation.lora.bandwidth | 125000 | 125000 | 0 | 0
      txInfo.modulation.lora.spreadingFactor | 0 | tx_info.modulation.lora.spreading_factor | 7 | 7 | 0 | 0
      txInfo.modulation.lora.codeRate | 0 | tx_info.modulation.lora.code_rate | "CR_4_5" | "CR_4_5" | "CR_UNDEFINED" | "CR_UNDEFINED"
      txInfo.modulation.lora.codeRateLegacy | 0 | tx_info.modulation.lora.code_rate_legacy | "4/5" | "4/5" | "" | ""
      txInfo.modulation.lora.polarizationInversion | 0 | tx_info.modulation.lora.polarization_inversion | true | true | false | false
      txInfo.modulation.lora.preamble | 6 | tx_info.modulation.lora.preamble | 8 | 8 | 0 | 0 | 0
      txInfo.modulation.lora.noCrc | 6 | tx_info.modulation.lora.no_crc | true | true | false | false | false
      txInfo.modulation.fsk.frequencyDeviation | 0 | tx_info.modulation.fsk.frequency_deviation | 7 | 7 | 0 | 0
      txInfo.modulation.fsk.datarate | 0 | tx_info.modulation.fsk.datarate | 7 | 7 | 0 | 0
      txInfo.modulation.lrFhss.operatingChannelWidth | 0 | tx_info.modulation.lr_fhss.operating_channel_width | 7 | 7 | 0 | 0
      txInfo.modulation.lrFhss.codeRateLegacy | 0 | tx_info.modulation.lr_fhss.code_rate_legacy | "2/3" | "2/3" | "" | ""
      txInfo.modulation.lrFhss.codeRate | 0 | tx_info.modulation.lr_fhss.code_rate | "CR_2_6" | "CR_2_6" | "CR_UNDEFINED" | "CR_UNDEFINED"
      txInfo.modulation.lrFhss.gridSteps | 0 | tx_info.modulation.lr_fhss.grid_steps | 7 | 7 | 0 | 0
      """;

  /**
   * Three fields of radio messages are younger than 4.1. Whether such a server has them nothing
   * tells, since newer ones leave out their defaults.
   */
  private static final String UP =
      """
      adr                          | 0 | adr | true | true | false | false
      dr                           | 0 | dr | 5 | 5 | 0 | 0
      fCnt                         | 0 | f_cnt | 4294967295 | 4294967295 | 0 | 0
      fPort                        | 0 | f_port | 7 | 7 | 0 | 0
      confirmed                    | 0 | confirmed | true | true | false | false
      data                         | 0 | data | "AQ==" | "AQ==" | "" | ""
      object                       | 0 | object | {"b":1.0,"a":null} | "{\\"a\\":null,\\"b\\":1}" | | null
      rxInfo[].gatewayId           | 0 | rx_info.0.gateway_id | "0A" | "0a" | "" | ""
      rxInfo[].uplinkId            | 0 | rx_info.0.uplink_id | 4294967295 | 4294967295 | 0 | 0
      rxInfo[].time                | 0-6 | rx_info.0.gw_time_text | "2024-01-01T00:00:00+00:00" | "2024-01-01T00:00:00Z" | | null | "2024-01-01T00:00:00Z"
      rxInfo[].gwTime              | 6 | rx_info.0.gw_time_text | "2024-01-01T00:00:00+00:00" | "2024-01-01T00:00:00Z" | | null | "2024-01-01T00:00:00Z"
      rxInfo[].nsTime              | 6 | rx_info.0.ns_time_text | "2024-01-01T00:00:00+00:00" | "2024-01-01T00:00:00Z" | | null
      rxInfo[].timeSinceGpsEpoch   | 0 | rx_info.0.time_since_gps_epoch | "1.5s" | "1.5s" | | null
      rxInfo[].fineTimeSinceGpsEpoch | 0 | rx_info.0.fine_time_since_gps_epoch | "1.5s" | "1.5s" | | null
      rxInfo[].rssi                | 0 | rx_info.0.rssi | -57 | -57 | 0 | 0
      rxInfo[].snr                 | 0 | rx_info.0.snr | 9.5 | 9.5 | 0 | 0
      rxInfo[].channel             | 0 | rx_info.0.channel | 7 | 7 | 0 | 0
      rxInfo[].rfChain             | 0 | rx_info.0.rf_chain | 7 | 7 | 0 | 0
      rxInfo[].board               | 0 | rx_info.0.board | 7 | 7 | 0 | 0
      rxInfo[].antenna             | 0 | rx_info.0.antenna | 7 | 7 | 0 | 0
      rxInfo[].location.latitude   | 0 | rx_info.0.location.latitude | 1.5 | 1.5 | 0 | null
      rxInfo[].location.longitude  | 0 | rx_info.0.location.longitude | -1.5 | -1.5 | 0 | null
      rxInfo[].location.altitude   | 0 | rx_info.0.location.altitude | 10 | 10 | 0 | null
      rxInfo[].location.source     | 0 | rx_info.0.location.source | "GPS" | "GPS" | "UNKNOWN" | null
      rxInfo[].location.accuracy   | 0 | rx_info.0.location.accuracy | 2.5 | 2.5 | 0 | null
      rxInfo[].context             | 0 | rx_info.0.context | "AQ==" | "AQ==" | "" | ""
      rxInfo[].metadata            | 0-1 | rx_info.0.metadata | {"a":"b","c":1.0,"d":null,"e":[{}]} | {"a":"b","c":"1","e":"[{}]"} | {} | {} | {"a":"b"}
      rxInfo[].metadata            | 1 | rx_info.0.metadata | {"a":"b"} | {"a":"b"} | {} | {} | {"a":"b","c":"1","e":"[{}]"}
      rxInfo[].crcStatus           | 2 | rx_info.0.crc_status | "CRC_OK" | "CRC_OK" | "NO_CRC" | "NO_CRC" | "NO_CRC"
      """;

  private static final String DOWNLINK =
      """
      downlinkId                   | 0 | downlink_id | 4294967295 | 4294967295 | 0 | 0
      queueItemId                  | 0 | queue_item_id | "x" | "x" | "" | ""
      fCntDown                     | 0 | f_cnt_down | 7 | 7 | 0 | 0
      gatewayId                    | 0 | gateway_id | "0A" | "0a" | "" | ""
      txInfo.power                 | 0 | tx_info.power | -3 | -3 | 0 | 0
      txInfo.board                 | 0 | tx_info.board | 7 | 7 | 0 | 0
      txInfo.antenna               | 0 | tx_info.antenna | 7 | 7 | 0 | 0
      txInfo.context               | 0 | tx_info.context | "AQ==" | "AQ==" | "" | ""
      txInfo.timing.immediately    | 0 | tx_info.timing.immediately | {} | true | | false
      txInfo.timing.delay.delay    | 0 | tx_info.timing.delay.delay | "1s" | "1s" | | null
      txInfo.timing.gpsEpoch.timeSinceGpsEpoch | 0 | tx_info.timing.gps_epoch.time_since_gps_epoch | "1.5s" | "1.5s" | | null
      """;

  private static final Map<String, String> TABLES =
      Map.of(
          "up",
          CAUSE + COMMON + JOINED + MODULATION + UP,
          "join",
          CAUSE + COMMON + JOINED,
          "ack",
          CAUSE
              + COMMON
              + """
              queueItemId                  | 0 | queue_item_id | "x" | "x" | "" | ""
              acknowledged                 | 0 | acknowledged | true | true | false | false
              fCntDown                     | 0 | f_cnt_down | 7 | 7 | 0 | 0
              """,
          "txack",
          COMMON + MODULATION + DOWNLINK,
          "status",
          CAUSE
              + COMMON
              + """
              margin                       | 0 | margin | -7 | -7 | 0 | 0
              externalPowerSource          | 0 | external_power_source | true | true | false | false
              batteryLevelUnavailable      | 0 | battery_level_unavailable | true | true | false | false
              batteryLevel                 | 0 | battery_level | 99.5 | 99.5 | 0 | 0
              """,
          "log",
          COMMON
              + """
              level                        | 0 | level | "ERROR" | "ERROR" | "INFO" | "INFO"
              code                         | 0 | code | "OTAA" | "OTAA" | "UNKNOWN" | "UNKNOWN"
              description                  | 0 | description | "x" | "x" | "" | ""
              context                      | 0 | context | {"a":"b"} | {"a":"b"} | {} | {}
              """,
          "location",
          CAUSE
              + COMMON
              + """
              location.latitude            | 0 | location.latitude | 1.5 | 1.5 | 0 | null
              location.source              | 0 | location.source | "GPS" | "GPS" | "UNKNOWN" | null
              location.accuracy            | 0 | location.accuracy | 2.5 | 2.5 | 0 | null
              """);

  /** What no version of v4 tells. */
  private static final Map<String, List<String>> OF_V3_ALONE =
      Map.of(
          "join", List.of("dr", "tx_info"), "log", List.of("f_cnt"), "location", List.of("f_cnt"));

  private final LogEntryMapper entries = new LogEntryMapper(true, new Oversize(Long.MAX_VALUE));

  static Stream<Arguments> versions() {
    return TABLES.keySet().stream()
        .flatMap(
            kind ->
                IntStream.rangeClosed(0, NEWEST).mapToObj(version -> Arguments.of(kind, version)));
  }

  @ParameterizedTest
  @MethodSource("versions")
  void eachFieldIsTold(String kind, int version) {
    List<FieldTable.Row> rows = FieldTable.rows(TABLES.get(kind));
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    for (FieldTable.Row row : rows) {
      if (row.isIn(version)) {
        FieldTable.put(body, row.path(), row.value());
      }
    }
    JsonNode record = record(kind, body);
    for (FieldTable.Row row : rows) {
      JsonNode expected = row.isIn(version) ? row.says() : row.saysOfNone();
      FieldTable.assertSays(record, row.recordPath(), expected, body.toString());
    }
    assertNothingOfV3(kind, record);
  }

  @ParameterizedTest
  @MethodSource("versions")
  void eachDefaultIsToldThoughItIsLeftOut(String kind, int version) {
    List<FieldTable.Row> rows = FieldTable.rows(TABLES.get(kind));
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    for (FieldTable.Row row : rows) {
      if (row.isIn(version)) {
        FieldTable.put(body, row.path(), JsonNodeFactory.instance.nullNode());
      }
    }
    for (FieldTable.Row row : rows) {
      if (row.isIn(version)) {
        boolean isWritten = version >= 1 && !OMITTING.matcher(row.path()).matches();
        putDefault(body, row, isWritten);
      }
    }
    JsonNode record = record(kind, body);
    for (FieldTable.Row row : rows) {
      if (row.isIn(version)) {
        FieldTable.assertSays(record, row.recordPath(), row.saysOfDefault(), body.toString());
      }
    }
    assertNothingOfV3(kind, record);
  }

  /** The messages around it are there already. */
  private static void putDefault(ObjectNode body, FieldTable.Row row, boolean isWritten) {
    if (isWritten && row.written() != null) {
      FieldTable.put(body, row.path(), row.written());
    } else {
      FieldTable.remove(body, row.path());
    }
  }

  private JsonNode record(String kind, ObjectNode body) {
    Mapped mapped =
        entries.map(
            Samples.entry(LogKind.EVENTS, kind, Instant.EPOCH, "1-0", body.toString()), null);
    assertThat(mapped.topic()).as(mapped.value().toString()).isEqualTo("device." + kind);
    JsonNode record = FieldTable.json(mapped.value());
    assertThat(record.path("unknown_fields").isNull()).as(record.toString()).isTrue();
    return record;
  }

  private static void assertNothingOfV3(String kind, JsonNode record) {
    for (String field : OF_V3_ALONE.getOrDefault(kind, List.of())) {
      assertThat(record.path(field).isNull()).as(field).isTrue();
    }
  }
}
