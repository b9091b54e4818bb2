package io.github.chirpconnect.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.EntryId;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The values that servers say seldom. */
class EntriesTest {
  private static final Instant TIME = Instant.parse("2026-11-24T12:00:00.123456789Z");

  private final Entries entries = new Entries();

  private Struct event(String kind, String body) {
    Entries.Mapped mapped =
        entries.map(SourceRecordsTest.entry(LogKind.EVENTS, kind, TIME, "1-0", body));
    assertThat(mapped.value().schema()).as(mapped.value().toString()).isSameAs(Schemas.event(kind));
    mapped.value().validate();
    return mapped.value();
  }

  private String problem(String kind, String body) {
    Entries.Mapped mapped =
        entries.map(SourceRecordsTest.entry(LogKind.EVENTS, kind, TIME, "1-0", body));
    assertThat(mapped.topic()).isEqualTo("unreadable");
    assertThat(mapped.value().getString("body")).isEqualTo(body);
    return mapped.value().getString("error");
  }

  private Struct frame(String kind, String body, Map<String, String> properties) {
    LogEntry plain = SourceRecordsTest.entry(LogKind.FRAMES, kind, TIME, "1-0", body);
    LogEntry entry =
        new LogEntry(
            plain.devEui(),
            plain.log(),
            EntryId.parse("1-0"),
            TIME,
            kind,
            body,
            properties,
            plain.format());
    Entries.Mapped mapped = entries.map(entry);
    assertThat(mapped.topic()).isEqualTo("frames");
    mapped.value().validate();
    return mapped.value();
  }

  private static Struct rx(Struct up) {
    return up.<Struct>getArray("rx_info").get(0);
  }

  @Test
  void unsignedNumbersDoNotWrap() {
    Struct up = event("up", "{\"fCnt\":4294967295,\"rxInfo\":[{\"uplinkId\":4294967295}]}");
    assertThat(up.getInt64("f_cnt")).isEqualTo(4294967295L);
    assertThat(rx(up).getInt64("uplink_id")).isEqualTo(4294967295L);
    assertThat(event("txack", "{\"downlinkId\":4202850550}").getInt64("downlink_id"))
        .isEqualTo(4202850550L);
    assertThat(event("up", "{\"fCnt\":7.0}").getInt64("f_cnt")).isEqualTo(7);
  }

  @ParameterizedTest
  @ValueSource(strings = {"4294967296", "-1", "18446744073709551616", "1e21", "1.5", "\"7\"", "{}"})
  void aNumberOutOfRangeIsAProblemRatherThanAnotherNumber(String number) {
    assertThat(problem("up", "{\"fCnt\":" + number + "}"))
        .startsWith("fCnt: expected a whole number from 0 to 4294967295, found ");
  }

  @Test
  void aProblemNamesItsPlaceInTheBody() {
    assertThat(problem("up", "{\"rxInfo\":[{},{\"rssi\":2147483648}]}"))
        .isEqualTo(
            "rxInfo[1].rssi: expected a whole number from -2147483648 to 2147483647, found 2147483648");
    assertThat(problem("up", "{\"deviceInfo\":{\"tags\":{\"a\":1}}}"))
        .isEqualTo("deviceInfo.tags[a]: expected text, found 1");
    assertThat(problem("up", "{\"rxInfo\":[{\"snr\":1e300}]}"))
        .startsWith("rxInfo[0].snr: expected a 32-bit floating point number");
    assertThat(problem("up", "{\"rxInfo\":{}}")).isEqualTo("rxInfo: expected a list, found {}");
    assertThat(problem("up", "{\"txInfo\":7}")).isEqualTo("txInfo: expected an object, found 7");
    assertThat(problem("up", "[]")).isEqualTo("expected an object, found []");
    assertThat(problem("up", "{\"data\":\"*\"}")).startsWith("data: expected base64");
    assertThat(problem("up", "{\"adr\":\"true\"}")).startsWith("adr: expected true or false");
    assertThat(problem("up", "{\"devAddr\":7}")).startsWith("devAddr: expected text");
    assertThat(problem("up", "{\"rxInfo\":[{\"timeSinceGpsEpoch\":\"1h\"}]}"))
        .startsWith("rxInfo[0].timeSinceGpsEpoch: expected a duration such as 1.5s");
    assertThat(problem("up", "{\"object\":1,\"time\":\"" + "x".repeat(200) + "\"}"))
        .startsWith("time: expected an RFC 3339 time, found ")
        .hasSizeLessThan(150);
  }

  @Test
  void theDecodedObjectKeepsWhatJsonCanHold() {
    String object =
        "{\"a\":null,\"big\":1e+21,\"int\":9007199254740992.0,\"nested\":{\"b\":[],\"a\":{}},\"neg\":-0.0,\"tiny\":5e-324,\"u\":\"é😀\\\"\\\\\"}";
    String text = event("up", "{\"object\":" + object + "}").getString("object");
    assertThat(text)
        .isEqualTo(
            "{\"a\":null,\"big\":1.0E21,\"int\":9.007199254740992E15,\"neg\":-0.0,\"nested\":{\"a\":{},\"b\":[]},\"tiny\":4.9E-324,\"u\":\"é😀\\\"\\\\\"}");
  }

  @Test
  void aReplayedEntryIsTheSameRecordThoughTheServersMapsHaveNoOrder() {
    String one =
        "{\"object\":{\"a\":1,\"b\":2},\"deviceInfo\":{\"tags\":{\"x\":\"1\",\"y\":\"2\"}}}";
    String two =
        "{\"deviceInfo\":{\"tags\":{\"y\":\"2\",\"x\":\"1\"}},\"object\":{\"b\":2,\"a\":1}}";
    assertThat(event("up", one)).hasToString(event("up", two).toString());
  }

  @Test
  void absentScalarsOfRadioMessagesAreTheirDefaults() {
    Struct up = event("up", "{\"rxInfo\":[{}],\"txInfo\":{\"modulation\":{\"lora\":{}}}}");
    assertThat(rx(up).getString("crc_status")).isEqualTo("NO_CRC");
    assertThat(rx(up).getInt32("rssi")).isZero();
    assertThat(rx(up).getFloat32("snr")).isZero();
    assertThat(rx(up).getBytes("context")).isEmpty();
    assertThat(rx(up).getMap("metadata")).isEmpty();
    assertThat(rx(up).get("location")).isNull();
    assertThat(rx(up).get("ns_time")).isNull();
    assertThat(rx(up).get("time_since_gps_epoch")).isNull();
    Struct modulation = up.getStruct("tx_info").getStruct("modulation");
    assertThat(modulation.getStruct("lora").getString("code_rate")).isEqualTo("CR_UNDEFINED");
    assertThat(modulation.get("fsk")).isNull();
  }

  @Test
  void absentFieldsOfEventsAreUnknownToThisServer() {
    Struct up = event("up", "{\"rxInfo\":[]}");
    assertThat(up.get("region_config_id")).isNull();
    assertThat(up.get("f_cnt")).isNull();
    assertThat(up.get("object")).isNull();
    assertThat(up.get("device_info")).isNull();
    assertThat(up.getArray("rx_info")).isEmpty();
    assertThat(event("up", "{}").get("rx_info")).isNull();
  }

  @Test
  void nullMeansThatTheServerDoesNotTell() {
    Struct up = event("up", "{\"fCnt\":null,\"object\":null,\"rxInfo\":[{\"snr\":null}]}");
    assertThat(up.get("f_cnt")).isNull();
    assertThat(up.get("object")).isNull();
    assertThat(rx(up).get("snr")).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-24T12:00:00+00:00, 2026-11-24T12:00:00Z, 1795521600000",
    "2026-11-24T12:00:00.5Z, 2026-11-24T12:00:00.500Z, 1795521600500",
    "2026-11-24T12:00:00.123456789+00:00, 2026-11-24T12:00:00.123456789Z, 1795521600123",
    "2026-11-24T14:00:00.000000001+02:00, 2026-11-24T12:00:00.000000001Z, 1795521600000",
    "1969-12-31T23:59:59.999999999Z, 1969-12-31T23:59:59.999999999Z, -1",
    "9999-12-31T23:59:59Z, 9999-12-31T23:59:59Z, 253402300799000"
  })
  void timesKeepAllDigitsAsText(String sent, String text, long millis) {
    Struct up = event("up", "{\"time\":\"" + sent + "\"}");
    assertThat(up.get("time")).isEqualTo(new Date(millis));
    assertThat(up.getString("time_text")).isEqualTo(text);
  }

  @Test
  void durationsAreText() {
    Struct up =
        event(
            "up",
            "{\"rxInfo\":[{\"timeSinceGpsEpoch\":\"1400000000s\",\"fineTimeSinceGpsEpoch\":\"1400000000.000000123s\"}]}");
    assertThat(rx(up).getString("time_since_gps_epoch")).isEqualTo("1400000000s");
    assertThat(rx(up).getString("fine_time_since_gps_epoch")).isEqualTo("1400000000.000000123s");
  }

  @Test
  void timingIsOneOfThree() {
    Struct immediately = timing("{\"immediately\":{}}");
    assertThat(immediately.getBoolean("immediately")).isTrue();
    assertThat(immediately.get("delay")).isNull();
    Struct delay = timing("{\"delay\":{\"delay\":\"1s\"}}");
    assertThat(delay.getBoolean("immediately")).isFalse();
    assertThat(delay.getStruct("delay").getString("delay")).isEqualTo("1s");
    assertThat(
            timing("{\"gpsEpoch\":{\"timeSinceGpsEpoch\":\"12.5s\"}}")
                .getStruct("gps_epoch")
                .getString("time_since_gps_epoch"))
        .isEqualTo("12.5s");
  }

  private Struct timing(String json) {
    return event("txack", "{\"txInfo\":{\"timing\":" + json + "}}")
        .getStruct("tx_info")
        .getStruct("timing");
  }

  @Test
  void euisAreInLowerCase() {
    Struct up = event("up", "{\"devAddr\":\"00AABBCC\",\"deviceInfo\":{\"devEui\":\"0A0B\"}}");
    assertThat(up.getString("dev_addr")).isEqualTo("00aabbcc");
    assertThat(up.getStruct("device_info").getString("dev_eui")).isEqualTo("0a0b");
  }

  @Test
  void whatIsNotANumberIsReadAsProtobufWritesIt() {
    assertThat(event("status", "{\"batteryLevel\":\"NaN\"}").getFloat32("battery_level")).isNaN();
    assertThat(event("status", "{\"batteryLevel\":\"-Infinity\"}").getFloat32("battery_level"))
        .isEqualTo(Float.NEGATIVE_INFINITY);
  }

  @Test
  void fieldsOfANewerServerAreKept() {
    Struct up =
        event(
            "up",
            "{\"new\":{\"b\":1,\"a\":[2]},\"rxInfo\":[{},{\"newer\":\"x\",\"location\":{\"z\":1}}],\"txInfo\":{\"modulation\":{\"lora\":{\"cr\":null}}}}");
    assertThat(up.getString("unknown_fields"))
        .isEqualTo(
            "{\"new\":{\"a\":[2],\"b\":1},\"rxInfo[1].location.z\":1,\"rxInfo[1].newer\":\"x\",\"txInfo.modulation.lora.cr\":null}");
    assertThat(event("up", "{\"rxInfo\":[{}]}").get("unknown_fields")).isNull();
  }

  @Test
  void widenedFloatsOfFramesAreTheNumbersOfEvents() {
    Struct frame =
        frame(
            "ConfirmedDataUp",
            "{\"phy_payload\":null,\"tx_info\":null,\"rx_info\":[{\"snr\":9.800000190734863}]}",
            Map.of());
    assertThat(rx(frame).getFloat32("snr"))
        .isEqualTo(rx(event("up", "{\"rxInfo\":[{\"snr\":9.8}]}")).getFloat32("snr"));
    assertThat(frame.getString("direction")).isEqualTo("up");
    assertThat(frame.get("tx_info")).isNull();
    assertThat(frame.get("phy_payload")).isNull();
  }

  @Test
  void aFramesPartsAreReadWhereTheyAre() {
    Struct frame =
        frame(
            "UnconfirmedDataUp",
            """
            {"phy_payload":{"mhdr":{"m_type":"UnconfirmedDataUp","major":"LoRaWANR1"},"mic":[0,127,128,255],
             "payload":{"fhdr":{"devaddr":"00189440","f_ctrl":{"adr":true,"adr_ack_req":false,"ack":true,
             "f_pending":false,"class_b":false,"f_opts_len":1},"f_cnt":65535,"f_opts":["LinkCheckReq"]},
             "f_port":0,"frm_payload":[{"Raw":[1,2]}]}},"rx_info":[]}
            """,
            Map.of("DevAddr", "00189440", "DevEUI", "0102030405060708"));
    assertThat(frame.getString("f_type")).isEqualTo("UnconfirmedDataUp");
    assertThat(frame.getBytes("mic")).isEqualTo(new byte[] {0, 127, -128, -1});
    assertThat(frame.getString("dev_addr")).isEqualTo("00189440");
    assertThat(frame.getInt64("f_cnt")).isEqualTo(65535);
    assertThat(frame.getBoolean("adr")).isTrue();
    assertThat(frame.getBoolean("ack")).isTrue();
    assertThat(frame.getString("f_opts")).isEqualTo("[\"LinkCheckReq\"]");
    assertThat(frame.getInt64("f_port")).isZero();
    assertThat(frame.get("frm_payload")).isNull();
    assertThat(frame.getString("phy_payload")).contains("{\"Raw\":[1,2]}");
    assertThat(frame.get("unknown_fields")).isNull();
  }

  @Test
  void aFramesDirectionIsThatOfItsTypeOrOfItsReceivers() {
    assertThat(direction("JoinAccept", "{\"rx_info\":[]}")).isEqualTo("down");
    assertThat(direction("RejoinRequest", "{}")).isEqualTo("up");
    assertThat(direction("Proprietary", "{\"rx_info\":[]}")).isEqualTo("up");
    assertThat(direction("Proprietary", "{}")).isEqualTo("down");
  }

  private String direction(String type, String body) {
    return frame(type, body, Map.of()).getString("direction");
  }

  @Test
  void aProprietaryFrameHasItsPayloadInTheJsonAlone() {
    Struct frame =
        frame(
            "Proprietary",
            "{\"phy_payload\":{\"mhdr\":{\"f_type\":\"Proprietary\",\"major\":\"LoRaWANR1\"},\"payload\":\"0102\",\"mic\":null}}",
            Map.of("Gateway ID", "0016C001F153A14C", "DevAddr", ""));
    assertThat(frame.get("mic")).isNull();
    assertThat(frame.get("dev_addr")).isNull();
    assertThat(frame.getString("gateway_id")).isEqualTo("0016c001f153a14c");
    assertThat(frame.getString("phy_payload")).contains("\"payload\":\"0102\"");
  }

  @Test
  void aFrameThatDoesNotFitIsPassedOnAsText() {
    for (String body :
        List.of(
            "[]",
            "{\"phy_payload\":7}",
            "{\"phy_payload\":{\"mic\":[256]}}",
            "{\"phy_payload\":{\"payload\":{\"fhdr\":{\"f_cnt\":-1}}}}")) {
      Entries.Mapped mapped =
          entries.map(
              SourceRecordsTest.entry(LogKind.FRAMES, "UnconfirmedDataUp", TIME, "1-0", body));
      assertThat(mapped.topic()).isEqualTo("unreadable");
      assertThat(mapped.value().getString("error")).contains("expected");
    }
  }

  @Test
  void aTimeBeyondAllCalendarsIsKeptAsText() {
    Entries.Mapped mapped =
        entries.map(
            SourceRecordsTest.entry(LogKind.FRAMES, "JoinRequest", Instant.MAX, "1-0", "{}"));
    assertThat(mapped.topic()).isEqualTo("unreadable");
    assertThat(mapped.value().get("time")).isNull();
    assertThat(mapped.value().getString("time_text")).isEqualTo(Instant.MAX.toString());
    mapped.value().validate();
  }
}
