package io.github.chirpconnect.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.record.downlink.DownlinkStates;
import io.github.chirpconnect.record.format.ValueFormat;
import io.github.chirpconnect.record.golden.RecordedEntries;
import io.github.chirpconnect.record.key.Key;
import io.github.chirpconnect.record.key.KeyFormat;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What became of downlinks: a row of each event that tells it. */
class DownlinkRowsTest {
  private static final String DEV_EUI = "0102030405060708";
  private static final String ITEM = "0650c53f-7068-4c79-9e5c-78bb34df1d3c";
  private static final String ID = "1795521440426-3";
  private static final Instant TIME = Instant.parse("2026-11-24T12:00:00.123456Z");
  private static final String DEVICE =
      "\"deviceInfo\":{\"tenantId\":\"t\",\"tenantName\":\"T\",\"applicationId\":\"a\",\"applicationName\":\"A\","
          + "\"deviceProfileId\":\"p\",\"deviceProfileName\":\"P\",\"deviceName\":\"D\",\"devEui\":\""
          + DEV_EUI
          + "\",\"tags\":{\"site\":\"north\"}}";

  private static final Set<String> OF_ALL =
      Set.of(
          "id",
          "downlink",
          "dev_eui",
          "time_text",
          "tenant_id",
          "tenant_name",
          "application_id",
          "application_name",
          "device_profile_id",
          "device_profile_name",
          "device_name");

  private final EntryRecords rowsAlone = records(RecordForm.usual("c"), false);

  private static EntryRecords records(RecordForm form, boolean events) {
    RecordFactory factory =
        new RecordFactory(
            form, () -> Generation.V4, Clock.fixed(TIME, ZoneOffset.UTC), Long.MAX_VALUE, false);
    return new EntryRecords(factory, events, List.of(new DownlinkStates(Optional.empty())));
  }

  /** Rows of events that say all that they can. */
  static List<SourceRecord> rows(RecordFactory factory) {
    EntryRecords records =
        new EntryRecords(factory, false, List.of(new DownlinkStates(Optional.empty())));
    String sent = "\"queueItemId\":\"" + ITEM + "\",\"fCntDown\":7,\"gatewayId\":\"0a\"";
    String refused = "\"code\":\"DOWNLINK_GATEWAY\",\"description\":\"TOO_LATE\"";
    return Stream.of(event("txack", sent), event("log", refused))
        .flatMap(entry -> made(records, entry, "history-full").stream())
        .toList();
  }

  private static LogEntry event(String kind, String fields) {
    return event(ID, kind, fields);
  }

  private static LogEntry event(String id, String kind, String fields) {
    String body = "{\"time\":\"" + TIME + "\"," + DEVICE + "," + fields + "}";
    return Samples.entry(LogKind.EVENTS, kind, TIME, id, body);
  }

  private static List<SourceRecord> made(EntryRecords records, LogEntry entry, String gap) {
    return records.of(entry, gap, false).parts().stream()
        .map(part -> part.record(Map.of(), Map.of()))
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "txack | 'queueItemId':'ITEM','fCntDown':7,'gatewayId':'0A'                  | ITEM  | state=sent queue_item_id=ITEM f_cnt_down=7 certainty=certain gateway_id=0a",
        "ack   | 'queueItemId':'ITEM','acknowledged':true,'fCntDown':7               | ITEM  | state=acknowledged queue_item_id=ITEM f_cnt_down=7 certainty=certain",
        "ack   | 'queueItemId':'ITEM','acknowledged':false                           | ITEM  | state=not-acknowledged queue_item_id=ITEM f_cnt_down=0 certainty=certain",
        "log   | 'level':'ERROR','code':'EXPIRED','context':{'queue_item_id':'ITEM'} | ITEM  | state=expired queue_item_id=ITEM certainty=certain code=EXPIRED reason=",
        "log   | 'code':'DOWNLINK_PAYLOAD_SIZE','description':'too large','context':{'queue_item_id':'ITEM','item_size':'80'} | ITEM | state=refused queue_item_id=ITEM certainty=certain code=DOWNLINK_PAYLOAD_SIZE reason=too large",
        "log   | 'code':'F_CNT_DOWN','description':'stale','context':{'queue_item_id':'ITEM'} | ITEM | state=refused queue_item_id=ITEM certainty=certain code=F_CNT_DOWN reason=stale",
        "log   | 'code':'DOWNLINK_GATEWAY','description':'TOO_LATE'                  | EUI:ID | state=refused code=DOWNLINK_GATEWAY reason=TOO_LATE",
        "txack | 'queueItemId':null,'fCntDown':7,'gatewayId':'0a'                    | EUI:7 | state=sent f_cnt_down=7 certainty=likely gateway_id=0a",
        "ack   | 'queueItemId':null,'acknowledged':true,'fCntDown':4294967295        | EUI:4294967295 | state=acknowledged f_cnt_down=4294967295 certainty=likely",
        "log   | 'code':'DOWNLINK_PAYLOAD_SIZE','description':'too large','fCnt':7   | EUI:7 | state=refused f_cnt_down=7 certainty=likely code=DOWNLINK_PAYLOAD_SIZE reason=too large",
      })
  void aRowSaysWhatItsEventSays(String kind, String fields, String key, String said) {
    List<SourceRecord> made = made(rowsAlone, event(kind, json(fields)), null);
    assertThat(made).hasSize(1);
    assertThat(made.get(0).topic()).isEqualTo("c.downlinks");
    assertThat(made.get(0).key()).isEqualTo(named(key));
    Struct row = (Struct) made.get(0).value();
    row.validate();
    assertThat(said(row))
        .isEqualTo(
            named(
                "id=ID downlink="
                    + key
                    + " dev_eui=EUI time_text="
                    + TIME
                    + " tenant_id=t tenant_name=T application_id=a application_name=A device_profile_id=p"
                    + " device_profile_name=P device_name=D | "
                    + said));
    assertThat(Samples.headers(made.get(0)))
        .containsEntry("chirpstack.feed", "downlinks")
        .containsEntry("chirpstack.kind", kind)
        .containsEntry("chirpstack.id", ID)
        .doesNotContainKey("chirpstack.gap");
  }

  private static String json(String fields) {
    return fields.replace('\'', '"').replace("ITEM", ITEM);
  }

  private static String named(String text) {
    return text.replace("ITEM", ITEM).replace("EUI", DEV_EUI).replaceAll("\\bID\\b", ID);
  }

  /** What each row has, then what the event is about. */
  private static String said(Struct row) {
    List<String> ofAll = new ArrayList<>();
    List<String> ofEvent = new ArrayList<>();
    for (Field field : row.schema().fields()) {
      if (row.get(field) != null && !field.name().equals("time")) {
        (OF_ALL.contains(field.name()) ? ofAll : ofEvent).add(field.name() + "=" + row.get(field));
      }
    }
    return String.join(" ", ofAll) + " | " + String.join(" ", ofEvent);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "up; \"fCnt\":7",
        "join; \"devAddr\":\"00000000\"",
        "log; \"code\":\"UPLINK_MIC\",\"fCnt\":7",
        "log; \"code\":\"DOWNLINK_CODEC\"",
        "log; \"code\":null",
        "ack; \"queueItemId\":\"x\",\"acknowledged\":null",
        "txack; \"queueItemId\":[1]",
        "integration; \"queueItemId\":\"x\"",
      })
  void otherEventsAndUnreadableOnesMakeNoRows(String kind, String fields) {
    assertThat(made(rowsAlone, event(kind, fields), null)).isEmpty();
    assertThat(made(records(RecordForm.usual("c"), true), event(kind, fields), null)).hasSize(1);
  }

  @Test
  void comeAfterTheirEvent() {
    assertThat(
            made(
                records(RecordForm.usual("c"), true),
                event("txack", "\"queueItemId\":\"" + ITEM + "\""),
                null))
        .extracting(SourceRecord::topic)
        .containsExactly("c.device.txack", "c.downlinks");
  }

  @Test
  void aGapBeforeAnotherEventIsOneBeforeTheNextRow() {
    made(rowsAlone, event("1-0", "up", "\"fCnt\":7"), "history-full");
    SourceRecord next =
        made(rowsAlone, event("2-0", "txack", "\"queueItemId\":\"" + ITEM + "\""), null).get(0);
    assertThat(((Struct) next.value()).getString("gap")).isEqualTo("history-full");
    assertThat(Samples.headers(next)).containsEntry("chirpstack.gap", "history-full");
    SourceRecord after = made(rowsAlone, event("3-0", "ack", "\"acknowledged\":true"), null).get(0);
    assertThat(((Struct) after.value()).getString("gap")).isNull();
  }

  @Test
  void haveEachFormThatRecordsHave() {
    LogEntry entry = event("txack", "\"queueItemId\":\"" + ITEM + "\",\"gatewayId\":\"0a\"");
    RecordForm usual = RecordForm.usual("c");
    Struct flat =
        (Struct)
            made(records(usual.with(ValueFormat.named("flat", "", "")), false), entry, null)
                .get(0)
                .value();
    assertThat(flat.schema().name()).endsWith("DownlinkFlat");
    assertThat(flat.getString("downlink")).isEqualTo(ITEM);
    assertThat(flat.getString("gateway_id")).isEqualTo("0a");
    Object json =
        made(records(usual.with(ValueFormat.named("json", "", "")), false), entry, null)
            .get(0)
            .value();
    assertThat(new LinkedHashMap<>((Map<?, ?>) json).entrySet().toString())
        .startsWith("[id=" + ID + ", downlink=" + ITEM + ", state=sent, devEui=" + DEV_EUI)
        .contains("time=" + TIME, "queueItemId=" + ITEM, "gatewayId=0a");
    Struct row = (Struct) made(rowsAlone, entry, null).get(0).value();
    Key key = new Key(Feed.DOWNLINKS, ITEM, List.of(ITEM));
    assertThat(KeyFormat.STRUCT.of(key, row).value().toString())
        .isEqualTo("Struct{downlink=" + ITEM + "}");
    assertThat(KeyFormat.ROW.of(key, row).value().toString())
        .isEqualTo("Struct{downlink=" + ITEM + ",id=" + ID + "}");
  }

  /** Each recorded event that is about a downlink has a row, and no other has. */
  @Test
  void recordedEventsOfV4TellWhatTheirBodiesTell() {
    Map<String, Integer> states = new TreeMap<>();
    for (LogEntry entry : RecordedEntries.entries()) {
      for (SourceRecord record : made(rowsAlone, entry, null)) {
        Struct row = (Struct) record.value();
        if (entry.log() != LogKind.EVENTS) {
          continue;
        }
        row.validate();
        JsonNode body = entry.body();
        String item =
            body.path("queueItemId").asText(body.path("context").path("queue_item_id").asText());
        assertThat(row.getString("queue_item_id")).isEqualTo(item.isEmpty() ? null : item);
        assertThat(row.getString("dev_eui")).isEqualTo(entry.devEui());
        states.merge(
            entry.kind() + " " + body.path("code").asText("-") + " " + row.getString("state"),
            1,
            Integer::sum);
      }
    }
    assertThat(states)
        .containsOnlyKeys(
            "ack - acknowledged", "ack - not-acknowledged", "log EXPIRED expired", "txack - sent");
  }
}
