package io.github.chirpconnect.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.EntryId;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.record.json.CanonicalJson;
import io.github.chirpconnect.record.schema.event.Events;
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
class LogEntryMapperTest {
  private static final Instant TIME = Instant.parse("2026-11-24T12:00:00.123456789Z");

  private final LogEntryMapper entries = new LogEntryMapper(true, new Oversize(Long.MAX_VALUE));

  private Struct event(String kind, String body) {
    Mapped mapped = entries.map(Samples.entry(LogKind.EVENTS, kind, TIME, "1-0", body), null);
    assertThat(mapped.value().schema())
        .as(mapped.value().toString())
        .isSameAs(Events.BY_KIND.get(kind).schema());
    mapped.value().validate();
    return mapped.value();
  }

  private String problem(String kind, String body) {
    Mapped mapped = entries.map(Samples.entry(LogKind.EVENTS, kind, TIME, "1-0", body), null);
    assertThat(mapped.topic()).isEqualTo("device.unreadable");
    assertThat(mapped.value().getString("body")).isEqualTo(CanonicalJson.ofText(body));
    return mapped.value().getString("error");
  }

  private Struct frame(String kind, String body, Map<String, String> properties) {
    LogEntry plain = Samples.entry(LogKind.FRAMES, kind, TIME, "1-0", body);
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
    Mapped mapped = entries.map(entry, null);
    assertThat(mapped.topic()).isEqualTo("device.frames");
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
  @ValueSource(
      strings = {
        "4294967296",
        "-1",
        "18446744073709551616",
        "1e21",
        "1.5",
        "\"7 \"",
        "\"seven\"",
        "\"-7\"",
        "{}"
      })
  void aNumberOutOfRangeIsAProblemRatherThanAnotherNumber(String number) {
    assertThat(problem("up", "{\"fCnt\":" + number + "}"))
        .startsWith("fCnt: expected a whole number from 0 to 4294967295, found ");
  }

  /** A value of an enum that the server does not know is its number in protobuf's JSON. */
  @Test
  void aNumberInPlaceOfANameOfAnEnumIsPassedOn() {
    Struct up =
        event(
            "up",
            """
            {"rxInfo":[{"crcStatus":3,"location":{"latitude":1.5,"source":9}}],
             "txInfo":{"modulation":{"lora":{"codeRate":99}}}}""");
    assertThat(rx(up).get("crc_status")).isEqualTo("3");
    assertThat(rx(up).getStruct("location").get("source")).isEqualTo("9");
    assertThat(up.getStruct("tx_info").getStruct("modulation").getStruct("lora").get("code_rate"))
        .isEqualTo("99");
    Struct log = event("log", "{\"level\":4,\"code\":77,\"context\":{\"n\":7,\"none\":null}}");
    assertThat(log.get("level")).isEqualTo("4");
    assertThat(log.get("code")).isEqualTo("77");
    assertThat(log.get("context")).isEqualTo(Map.of("n", "7"));
  }

  /** Protobuf's JSON takes numbers as text too, and writes those of 64 bits so. */
  @Test
  void numbersMayBeText() {
    Struct up =
        event(
            "up",
            """
            {"fCnt":"463","fPort":"10","deviceInfo":{"tenantId":52,"tags":{"n":7,"none":null}},
             "rxInfo":[{"rssi":"-60","snr":"-9.25","location":{"latitude":"47.5"}}],
             "txInfo":{"frequency":"867700000"}}""");
    assertThat(up.get("f_cnt")).isEqualTo(463L);
    assertThat(up.get("f_port")).isEqualTo(10L);
    assertThat(up.getStruct("device_info").get("tenant_id")).isEqualTo("52");
    assertThat(up.getStruct("device_info").get("tags")).isEqualTo(Map.of("n", "7"));
    assertThat(rx(up).get("rssi")).isEqualTo(-60);
    assertThat(rx(up).get("snr")).isEqualTo(-9.25f);
    assertThat(rx(up).getStruct("location").get("latitude")).isEqualTo(47.5);
    assertThat(up.getStruct("tx_info").get("frequency")).isEqualTo(867_700_000L);
    assertThat(problem("up", "{\"rxInfo\":[{\"snr\":\"9,5\"}]}"))
        .isEqualTo("rxInfo[0].snr: expected a number, found \"9,5\"");
  }

  @Test
  void aProblemNamesItsPlaceInTheBody() {
    assertThat(problem("up", "{\"rxInfo\":[{},{\"rssi\":2147483648}]}"))
        .isEqualTo(
            "rxInfo[1].rssi: expected a whole number from -2147483648 to 2147483647, found 2147483648");
    assertThat(problem("up", "{\"deviceInfo\":{\"tags\":[\"a\"]}}"))
        .isEqualTo("deviceInfo.tags: expected an object, found [\"a\"]");
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
            "{\"a\":null,\"big\":1e+21,\"int\":9007199254740992,\"neg\":0,\"nested\":{\"a\":{},\"b\":[]},\"tiny\":5e-324,\"u\":\"é😀\\\"\\\\\"}");
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
  void absentFieldsOfEventsAreDefaultsUnlessOlderServersLackThem() {
    Struct up = event("up", "{\"deviceInfo\":{}}");
    assertThat(up.get("f_cnt")).isEqualTo(0L);
    assertThat(up.get("confirmed")).isEqualTo(false);
    assertThat(up.getBytes("data")).isEmpty();
    assertThat(up.get("deduplication_id")).isEqualTo("");
    assertThat(up.get("region_config_id")).isNull();
    assertThat(up.get("object")).isNull();
    assertThat(up.get("tx_info")).isNull();
    assertThat(up.getStruct("device_info").get("device_class_enabled")).isNull();
    assertThat(event("up", "{}").get("device_info")).isNull();
    Struct log = event("log", "{}");
    assertThat(log.get("level")).isEqualTo("INFO");
    assertThat(log.get("code")).isEqualTo("UNKNOWN");
    assertThat(log.get("f_cnt")).isNull();
  }

  @Test
  void listsAndMapsAreNeverNull() {
    for (String body : List.of("{}", "{\"rxInfo\":null,\"uplinkUuids\":null,\"context\":null}")) {
      assertThat(event("up", body).getArray("rx_info")).isEmpty();
      assertThat(event("join", body).getArray("rx_info")).isEmpty();
      assertThat(event("location", body).getArray("uplink_uuids")).isEmpty();
      assertThat(event("log", body).getMap("context")).isEmpty();
    }
    Struct up = event("up", "{\"deviceInfo\":{\"tags\":null},\"rxInfo\":[{\"metadata\":null}]}");
    assertThat(up.getStruct("device_info").getMap("tags")).isEmpty();
    assertThat(rx(up).getMap("metadata")).isEmpty();
    Struct frame = frame("UnconfirmedDataDown", "{\"phy_payload\":null}", Map.of());
    assertThat(frame.getArray("rx_info")).isEmpty();
    Struct uplink = frame("UnconfirmedDataUp", "{\"phy_payload\":null,\"rx_info\":null}", Map.of());
    assertThat(uplink.getArray("rx_info")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"accuracy\":5}",
        "{\"latitude\":0,\"longitude\":-0.0,\"altitude\":0,\"source\":\"UNKNOWN\",\"accuracy\":0}",
        "{\"source\":null}"
      })
  void aGatewayWithoutAPlaceHasNoLocation(String location) {
    assertThat(rx(event("up", "{\"rxInfo\":[{\"location\":" + location + "}]}")).get("location"))
        .isNull();
    assertThat(event("location", "{\"location\":" + location + "}").get("location")).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"source\":\"GPS\"}",
        "{\"latitude\":1e-9}",
        "{\"longitude\":-5}",
        "{\"altitude\":3}"
      })
  void aPlaceThatIsGivenStays(String location) {
    Struct found =
        rx(event("up", "{\"rxInfo\":[{\"location\":" + location + "}]}")).getStruct("location");
    assertThat(found.getFloat32("accuracy")).isZero();
  }

  @Test
  void theYearOneIsNoTime() {
    for (String zero : List.of("0001-01-01T00:00:00Z", "0001-01-01T00:00:00+00:00")) {
      Struct up =
          event("up", "{\"time\":\"" + zero + "\",\"rxInfo\":[{\"gwTime\":\"" + zero + "\"}]}");
      assertThat(up.get("time")).isNull();
      assertThat(up.get("time_text")).isNull();
      assertThat(rx(up).get("gw_time")).isNull();
      assertThat(rx(up).get("gw_time_text")).isNull();
    }
    assertThat(event("up", "{\"time\":\"0001-01-01T00:00:00.5Z\"}").get("time_text"))
        .isEqualTo("0001-01-01T00:00:00.500Z");
  }

  @Test
  void metadataMayHoldAnyJson() {
    Struct up =
        event(
            "up",
            "{\"rxInfo\":[{\"metadata\":{\"t\":\"x\",\"n\":0.0,\"z\":null,\"l\":[1.0,{\"b\":2,\"a\":null}],\"o\":true}}]}");
    assertThat(rx(up).getMap("metadata"))
        .isEqualTo(Map.of("t", "x", "n", "0", "l", "[1,{\"a\":null,\"b\":2}]", "o", "true"));
  }

  @Test
  void aReceptionsTimeHadAnotherName() {
    Struct old = event("up", "{\"rxInfo\":[{\"time\":\"2022-09-23T02:02:06.744554+00:00\"}]}");
    assertThat(rx(old).getString("gw_time_text")).isEqualTo("2022-09-23T02:02:06.744554Z");
    assertThat(old.get("unknown_fields")).isNull();
    Struct both =
        event(
            "up",
            "{\"rxInfo\":[{\"gwTime\":\"2022-09-23T02:02:06Z\",\"time\":\"2020-01-01T00:00:00Z\"}]}");
    assertThat(rx(both).getString("gw_time_text")).isEqualTo("2022-09-23T02:02:06Z");
    assertThat(both.getString("unknown_fields"))
        .isEqualTo("{\"rxInfo[0].time\":\"2020-01-01T00:00:00Z\"}");
    assertThat(problem("up", "{\"rxInfo\":[{\"time\":7}]}"))
        .isEqualTo("rxInfo[0].time: expected text, found 7");
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

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "Infinity", "-Infinity"})
  void whatIsNotANumberIsNull(String word) {
    assertThat(event("status", "{\"batteryLevel\":\"" + word + "\"}").get("battery_level"))
        .isNull();
    Struct up =
        event(
            "up",
            "{\"rxInfo\":[{\"snr\":\"W\",\"location\":{\"latitude\":\"W\",\"longitude\":1}}]}"
                .replace("W", word));
    assertThat(rx(up).get("snr")).isNull();
    assertThat(rx(up).getStruct("location").get("latitude")).isNull();
    assertThat(problem("status", "{\"batteryLevel\":\"nan\"}"))
        .startsWith("batteryLevel: expected a number");
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
      Mapped mapped =
          entries.map(Samples.entry(LogKind.FRAMES, "UnconfirmedDataUp", TIME, "1-0", body), null);
      assertThat(mapped.topic()).isEqualTo("device.unreadable");
      assertThat(mapped.value().getString("error")).contains("expected");
    }
  }

  @Test
  void aTimeBeyondAllCalendarsIsKeptAsText() {
    Mapped mapped =
        entries.map(Samples.entry(LogKind.FRAMES, "JoinRequest", Instant.MAX, "1-0", "{}"), null);
    assertThat(mapped.topic()).isEqualTo("device.unreadable");
    assertThat(mapped.value().get("time")).isNull();
    assertThat(mapped.value().getString("time_text")).isEqualTo(Instant.MAX.toString());
    mapped.value().validate();
  }
}
