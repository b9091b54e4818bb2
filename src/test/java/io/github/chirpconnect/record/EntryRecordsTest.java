package io.github.chirpconnect.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.channel.CapturedLog;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.record.measurement.Measurements;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EntryRecordsTest {
  private static final String DEV_EUI = "0102030405060708";
  private static final Instant TIME = Instant.parse("2026-11-24T12:00:00.123456Z");
  private static final Predicate<String> ALL = name -> true;
  private static final String DEVICE =
      "\"deviceInfo\":{\"tenantId\":\"t\",\"tenantName\":\"T\",\"applicationId\":\"a\",\"applicationName\":\"A\","
          + "\"deviceProfileId\":\"p\",\"deviceProfileName\":\"P\",\"deviceName\":\"D\",\"devEui\":\""
          + DEV_EUI
          + "\",\"tags\":{\"site\":\"north\"}}";
  private static final String RECEPTIONS =
      "\"rxInfo\":[{\"gatewayId\":\"0a\",\"rssi\":-40,\"snr\":2.3},{\"gatewayId\":\"0b\",\"rssi\":-60,\"snr\":7.1}]";

  private final EntryRecords whole = records(true, ALL, ALL, 100);
  private final EntryRecords rowsAlone = records(false, ALL, name -> false, 100);

  private static EntryRecords records(
      boolean events, Predicate<String> values, Predicate<String> own, int max) {
    return new EntryRecords(
        factory(Long.MAX_VALUE), events, List.of(new Measurements(values, own, max)));
  }

  private static RecordFactory factory(long maxBytes) {
    return new RecordFactory(
        "chirpstack", () -> Generation.V4, Clock.fixed(TIME, ZoneOffset.UTC), maxBytes);
  }

  /** Rows of an event that has all that they can say. */
  static List<SourceRecord> rows(String kind, RecordFactory factory) {
    LogEntry entry =
        event(
            kind,
            "\"fCnt\":7,\"fPort\":2,\"object\":{\"t\":21.5,\"mode\":\"eco\",\"ok\":true},\"margin\":5",
            RECEPTIONS);
    return made(ofAll(factory), entry, "history-full");
  }

  /** Rows alone, but all of them. */
  static EntryRecords ofAll(RecordFactory factory) {
    return new EntryRecords(factory, false, List.of(new Measurements(ALL, ALL, 100)));
  }

  private static LogEntry event(String kind, String... fields) {
    return withId("1795521440426-3", kind, fields);
  }

  private static LogEntry withId(String id, String kind, String... fields) {
    String body = "{\"time\":\"" + TIME + "\"," + DEVICE;
    for (String field : fields) {
      body += "," + field;
    }
    return Samples.entry(LogKind.EVENTS, kind, TIME, id, body + "}");
  }

  private static List<SourceRecord> made(EntryRecords records, LogEntry entry) {
    return made(records, entry, null);
  }

  private static List<SourceRecord> made(EntryRecords records, LogEntry entry, String gap) {
    List<SourceRecord> made = new ArrayList<>();
    for (EntryRecords.Part part : records.of(entry, gap, false).parts()) {
      SourceRecord record = part.record(Map.of(), Map.of());
      if (record.value() instanceof Struct struct) {
        struct.validate();
      }
      made.add(record);
    }
    return made;
  }

  private static List<String> names(List<SourceRecord> records) {
    return records.stream().map(record -> ((Struct) record.value()).getString("name")).toList();
  }

  @Test
  void aRowSaysWhatItsUplinkSays() {
    List<SourceRecord> made =
        made(whole, event("up", "\"fCnt\":7,\"fPort\":2,\"object\":{\"t\":21.5}", RECEPTIONS));
    assertThat(made)
        .extracting(SourceRecord::topic)
        .containsExactly(
            "chirpstack.device.up",
            "chirpstack.measurements",
            "chirpstack.measurements",
            "chirpstack.measurements");
    assertThat(made).extracting(SourceRecord::key).element(1).isEqualTo(DEV_EUI + "|t");
    Struct row = (Struct) made.get(1).value();
    assertThat(fields(row))
        .isEqualTo(
            "id=1795521440426-3 dev_eui=0102030405060708 name=t time="
                + new Date(TIME.toEpochMilli()).getTime()
                + " time_text="
                + TIME
                + " value=21.5 tenant_id=t tenant_name=T application_id=a application_name=A device_profile_id=p"
                + " device_profile_name=P device_name=D tags={site=north} f_port=2 f_cnt=7 kind=up");
    assertThat(Samples.headers(made.get(1)))
        .containsEntry("chirpstack.feed", "measurements")
        .containsEntry("chirpstack.kind", "up")
        .containsEntry("chirpstack.id", "1795521440426-3")
        .doesNotContainKey("chirpstack.gap");
    assertThat(((Struct) made.get(0).value()).getString("id")).isEqualTo(row.getString("id"));
  }

  private static String fields(Struct row) {
    return row.schema().fields().stream()
        .filter(field -> row.get(field) != null)
        .map(
            field -> {
              Object value = row.get(field);
              return field.name() + "=" + (value instanceof Date date ? date.getTime() : value);
            })
        .reduce((a, b) -> a + " " + b)
        .orElseThrow();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "21.5                    | 21.5                  | -                       | -",
        "7                       | 7.0                   | -                       | -",
        "7.0                     | 7.0                   | -                       | -",
        "-0.0                    | 0.0                   | -                       | -",
        "1e300                   | 1.0E300               | -                       | -",
        "9007199254740992        | 9.007199254740992E15  | -                       | -",
        "9007199254740993        | 9.007199254740992E15  | 9007199254740993        | -",
        "-9007199254740993       | -9.007199254740992E15 | -9007199254740993       | -",
        "9223372036854775807     | 9.223372036854776E18  | 9223372036854775807     | -",
        "9223372036854775808     | 9.223372036854776E18  | -                       | -",
        "18446744073709551617    | 1.8446744073709552E19 | 18446744073709551617    | -",
        "\"eco\"                 | -                     | eco                     | -",
        "\"7\"                   | -                     | 7                       | -",
        "\"OK\\u0000\\u0000\"    | -                     | OK\ufffd\ufffd          | -",
        "true                    | -                     | -                       | true",
        "false                   | -                     | -                       | false",
      })
  void eachValueHasItsColumn(String json, Double value, String text, Boolean bool) {
    Struct row =
        (Struct) made(rowsAlone, event("up", "\"object\":{\"x\":" + json + "}")).get(0).value();
    assertThat(row.getFloat64("value")).isEqualTo(value);
    assertThat(row.getString("text")).isEqualTo(text);
    assertThat(row.getBoolean("bool")).isEqualTo(bool);
  }

  @Test
  void anEmptyTextIsOneAndAWholeNumberBeyondAllDoublesIsItsDigits() {
    String digits = "1" + "0".repeat(400);
    List<SourceRecord> made =
        made(rowsAlone, event("up", "\"object\":{\"a\":\"\",\"b\":" + digits + "}"));
    assertThat(((Struct) made.get(0).value()).getString("text")).isEmpty();
    assertThat(((Struct) made.get(1).value()).getFloat64("value")).isNull();
    assertThat(((Struct) made.get(1).value()).getString("text")).isEqualTo(digits);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "up; \"fCnt\":7",
        "up; \"object\":null",
        "up; \"object\":{}",
        "up; \"object\":{\"a\":null,\"b\":[],\"c\":{\"d\":[null]}}",
        "up; \"fCnt\":\"seven\",\"object\":{\"t\":1}",
        "up; \"object\":{\"t\":1e400}",
        "log; \"object\":{\"t\":1}",
        "join; \"object\":{\"t\":1}",
        "integration; \"object\":{\"t\":1}",
        "status; \"object\":{\"t\":1}",
      })
  void eventsWithoutValuesAndThoseThatAreUnreadableMakeNoRows(String kind, String fields) {
    assertThat(made(rowsAlone, event(kind, fields))).isEmpty();
    assertThat(made(records(true, ALL, name -> false, 100), event(kind, fields))).hasSize(1);
  }

  @Test
  void signalAndBatteryAreRowsWhereTheyAreWantedAndSaid() {
    assertThat(said(made(whole, event("up", RECEPTIONS)).subList(1, 3)))
        .containsExactly("@rssi -60.0", "@snr 7.1");
    assertThat(said(made(whole, event("up", "\"rxInfo\":[]")).subList(1, 1))).isEmpty();
    assertThat(said(rowsOf("\"margin\":10,\"batteryLevel\":61.5")))
        .containsExactly("@battery 61.5", "@external_power false", "@margin 10.0");
    assertThat(said(rowsOf("\"margin\":-3,\"batteryLevel\":98.82")))
        .contains("@battery 98.82", "@margin -3.0");
    assertThat(said(rowsOf("\"externalPowerSource\":true,\"batteryLevel\":0")))
        .containsExactly("@external_power true", "@margin 0.0");
    assertThat(said(rowsOf("\"batteryLevelUnavailable\":true,\"margin\":5")))
        .containsExactly("@external_power false", "@margin 5.0");
    EntryRecords some = records(false, ALL, name -> name.equals("@snr"), 100);
    assertThat(said(made(some, event("up", RECEPTIONS)))).containsExactly("@snr 7.1");
  }

  private List<SourceRecord> rowsOf(String status) {
    List<SourceRecord> made = made(whole, event("status", status));
    return made.subList(1, made.size());
  }

  private static List<String> said(List<SourceRecord> rows) {
    return rows.stream()
        .map(
            record -> {
              Struct row = (Struct) record.value();
              Object value = row.get("value") == null ? row.get("bool") : row.get("value");
              return row.getString("name") + " " + value;
            })
        .toList();
  }

  /** So a batch that was cut off amid an uplink goes on with the right row. */
  @Test
  void aPlaceDoesNotDependOnWhatIsWanted() {
    LogEntry uplink = event("up", "\"object\":{\"c\":3,\"a\":1,\"b\":2}", RECEPTIONS);
    assertThat(places(whole, uplink)).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(places(records(false, name -> name.equals("b"), ALL, 1), uplink))
        .containsExactly(2, 4, 5);
    assertThat(places(records(false, ALL, name -> name.equals("@snr"), 2), uplink))
        .containsExactly(1, 2, 5);
  }

  private static List<Integer> places(EntryRecords records, LogEntry entry) {
    return records.of(entry, null, false).parts().stream().map(EntryRecords.Part::place).toList();
  }

  @Test
  void ofTooManyTheSameRemainInWhateverOrderTheServerTellsThem() {
    List<String> fields =
        new ArrayList<>(IntStream.range(0, 30).mapToObj(i -> "\"k" + i + "\":" + i).toList());
    EntryRecords some = records(false, ALL, ALL, 10);
    List<String> first = null;
    for (int i = 0; i < 10; i++) {
      Collections.shuffle(fields, new Random(i));
      EntryRecords.Parts parts =
          some.of(event("up", "\"object\":{" + String.join(",", fields) + "}"), null, false);
      assertThat(parts.leftOut()).isEqualTo(20);
      List<String> names =
          names(parts.parts().stream().map(part -> part.record(Map.of(), Map.of())).toList());
      first = first == null ? names : first;
      assertThat(names).hasSize(10).isEqualTo(first);
    }
  }

  @Test
  void thatThereAreTooManyIsSaidOnceOfEachDeviceProfile() {
    EntryRecords some = records(false, ALL, ALL, 1);
    try (CapturedLog log = new CapturedLog(Level.WARN)) {
      for (int i = 1; i < 5; i++) {
        some.of(withId(i + "-0", "up", "\"object\":{\"a\":1,\"b\":2,\"c\":3}"), null, false);
      }
      assertThat(log.lines().stream().filter(line -> line.contains("measurements.max")))
          .singleElement()
          .asString()
          .contains("Uplink 1-0 of device " + DEV_EUI, "has 3 values", "2 of them", "'P'");
    }
  }

  @Test
  void aRowWhoseNameIsTooLongForAnIndexIsLeftOutAndTheOthersAreNot() {
    String longest = "x".repeat(800);
    LogEntry uplink =
        event("up", "\"object\":{\"" + longest + "y\":1,\"" + longest + "\":2,\"b\":3}");
    try (CapturedLog log = new CapturedLog(Level.WARN)) {
      for (int i = 0; i < 3; i++) {
        EntryRecords.Parts parts = rowsAlone.of(uplink, null, false);
        assertThat(parts.leftOut()).isEqualTo(1);
        assertThat(parts.parts()).extracting(EntryRecords.Part::place).containsExactly(1, 2);
      }
      assertThat(log.lines().stream().filter(line -> line.contains("is left out"))).hasSize(1);
    }
  }

  /** A text that an uplink's record has room for, and a row with its long name has not. */
  @Test
  void aRowThatWouldBeTooLargeIsLeftOutAndTheOthersAreNot() {
    EntryRecords small =
        new EntryRecords(factory(16_384), true, List.of(new Measurements(ALL, name -> false, 100)));
    String name = ".".repeat(266);
    LogEntry uplink = null;
    EntryRecords.Parts parts = null;
    for (int length = 12_000; parts == null || parts.leftOut() == 0; length += 50) {
      uplink = event("up", "\"object\":{\"" + name + "\":\"" + "x".repeat(length) + "\",\"b\":2}");
      parts = small.of(uplink, null, false);
      assertThat(length).isLessThan(16_000);
    }
    assertThat(parts.leftOut()).isEqualTo(1);
    assertThat(parts.parts()).extracting(EntryRecords.Part::place).containsExactly(0, 2);
  }

  @Test
  void aGapBeforeAnEventWithoutRowsIsOneBeforeTheNextRow() {
    made(rowsAlone, withId("1-0", "join"), "history-full");
    SourceRecord next = made(rowsAlone, withId("2-0", "up", "\"object\":{\"a\":1}"), null).get(0);
    assertThat(((Struct) next.value()).getString("gap")).isEqualTo("history-full");
    assertThat(Samples.headers(next)).containsEntry("chirpstack.gap", "history-full");
    SourceRecord after = made(rowsAlone, withId("3-0", "up", "\"object\":{\"a\":1}"), null).get(0);
    assertThat(((Struct) after.value()).getString("gap")).isNull();
    assertThat(Samples.headers(after)).doesNotContainKey("chirpstack.gap");
  }

  @Test
  void withoutTheFeedThereAreNoRows() {
    EntryRecords events = new EntryRecords(factory(Long.MAX_VALUE), true, List.of());
    assertThat(made(events, event("up", "\"object\":{\"a\":1}"))).hasSize(1);
  }
}
