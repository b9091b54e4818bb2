package io.github.chirpconnect.sink.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.Downlink;
import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.config.SinkConfig.Tombstone;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands for multicast groups. */
class GroupCommandTest {
  private static final String ID = "f47ac10b-58cc-4372-a567-0e02b2c3d479";
  private static final String OTHER_ID = "00000000-0000-4000-8000-000000000001";
  private static final String EUI = "0102030405060708";
  private static final String BARE = "{\"f_port\":10,\"data\":\"AQID\"}";
  private static final Downlink DOWNLINK =
      new Downlink(Target.group(ID), 10, false, new byte[] {1, 2, 3}, null, null, null, false);

  private final CommandReader reader = new CommandReader(Tombstone.REJECT);

  @ParameterizedTest
  @ValueSource(
      strings = {
        ID,
        "F47AC10B-58CC-4372-A567-0E02B2C3D479",
        " f47ac10b58cc4372a5670e02b2c3d479 ",
        "{F47AC10B-58CC-4372-A567-0E02B2C3D479}",
        "urn:uuid:f47ac10b-58cc-4372-a567-0e02b2c3d479",
        "URN:UUID:F47AC10B-58CC-4372-A567-0E02B2C3D479"
      })
  void readsUuidsInTheSpellingsPeopleUse(String spelling) {
    assertThat(Uuids.parse(spelling)).contains(ID);
    assertIsMeant(read(null, named("multicast_group_id", spelling)));
    assertThat(enqueue(read(spelling, BARE)).target()).isEqualTo(Target.group(ID));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "g",
        EUI,
        "f47ac10b-58cc-4372-a567-0e02b2c3d47",
        "f47ac10b-58cc-4372-a567-0e02b2c3d4790",
        "f47ac10b-58cc4372-a567-0e02b2c3d479",
        "{f47ac10b-58cc-4372-a567-0e02b2c3d479",
        "f47ac10b-58cc-4372-a567-0e02b2c3d47g"
      })
  void guessesNoUuid(String text) {
    assertThat(Uuids.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"multicast_group_id\":\"ID\",\"f_port\":10,\"data\":\"AQID\"}",
        "{\"multicastGroupId\":\"ID\",\"fPort\":10,\"data\":\"AQID\",\"confirmed\":false,\"flushQueue\":false}",
        "{\"MULTICAST_GROUP_ID\":\"ID\",\"F_PORT\":10,\"DATA_HEX\":\"010203\",\"DEV_EUI\":null}",
        "{\"MULTICASTGROUPID\":\"ID\",\"FPORT\":\"10\",\"DATA\":\"AQID\",\"DEVEUI\":\"\"}",
        "{\"queueItem\":{\"multicastGroupId\":\"ID\",\"fCnt\":0,\"fPort\":10,\"data\":\"AQID\",\"expiresAt\":null}}",
        "{\"queue_item\":{\"f_port\":10,\"data\":\"AQID\"},\"multicast_group_id\":\"ID\"}",
        "{\"multicastQueueItem\":{\"multicastGroupID\":\"ID\",\"fCnt\":0,\"fPort\":10,\"data\":\"AQID\"}}",
        "{\"multicast_queue_item\":{\"multicast_group_id\":\"ID\",\"f_port\":10,\"data\":\"AQID\"}}",
        "{\"multicastGroupId\":\"ID\",\"fPort\":10,\"data\":\"AQID\",\"object\":\"\",\"fCntDown\":0,\"isEncrypted\":false}"
      })
  void takesChirpStacksOwnFormsAndThoseOfOthers(String json) {
    assertIsMeant(read("any", json.replace("\"ID\"", "\"" + ID + "\"")));
  }

  /** What a schema's converter makes of a message that has fields for both kinds of target. */
  @ParameterizedTest
  @EnumSource
  void takesStructsWhoseOtherFieldsNobodySet(ConnectForms.Protobuf set) {
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("dev_eui", "");
    message.put("multicast_group_id", ID);
    message.put("f_port", 10L);
    message.put("confirmed", false);
    message.put("data", ByteBuffer.wrap(new byte[] {1, 2, 3}));
    message.put("f_cnt_down", 0L);
    message.put("flush_queue", false);

    assertIsMeant(read(null, ConnectForms.message("Command", message)));
    assertIsMeant(
        read(
            null,
            new ConnectForms(set)
                .object(Map.of("multicastGroupId", ID, "fPort", 10, "data", "AQID"))));
  }

  @Test
  void findsTheGroupInKeysAndHeadersOfAllKinds() {
    Schema schema = SchemaBuilder.struct().field("multicastGroupId", Schema.STRING_SCHEMA).build();
    SinkRecord withHeader = record(null, BARE);
    withHeader.headers().addString("chirpstack.multicast_group_id", ID.toUpperCase(Locale.ROOT));

    for (Object key :
        List.of(
            ID,
            "\"" + ID + "\"",
            ID.getBytes(StandardCharsets.UTF_8),
            Map.of("multicast_group_id", ID),
            "{\"MULTICAST_GROUP_ID\":\"" + ID + "\"}",
            new Struct(schema).put("multicastGroupId", ID))) {
      assertIsMeant(read(key, BARE));
    }
    assertIsMeant(reader.read(withHeader));
  }

  /** Many senders use random UUIDs as keys. */
  @Test
  void aKeyThatIsAUuidNamesAGroupOnlyIfNothingElseNamesATarget() {
    SinkRecord withHeader = record(OTHER_ID, BARE);
    withHeader.headers().addString("chirpstack.dev_eui", EUI);

    assertThat(enqueue(read(OTHER_ID, named("dev_eui", EUI))).target())
        .isEqualTo(Target.device(EUI));
    assertThat(enqueue(reader.read(withHeader)).target()).isEqualTo(Target.device(EUI));
    assertIsMeant(read(OTHER_ID, named("multicast_group_id", ID)));
    assertThat(enqueue(read(OTHER_ID, BARE)).advice())
        .contains("was taken from the record's key '" + OTHER_ID + "'", "write dev_eui");
    assertThat(enqueue(read(ID, named("multicast_group_id", ID))).advice()).isNull();
  }

  @Test
  void aCommandIsForOneTarget() {
    SinkRecord withHeaders = record(null, BARE);
    withHeaders.headers().addString("chirpstack.dev_eui", EUI);
    withHeaders.headers().addString("chirpstack.multicast_group_id", ID);
    SinkRecord withAnother = record(null, named("multicast_group_id", ID));
    withAnother.headers().addString("chirpstack.multicast_group_id", OTHER_ID);

    assertThat(
            reason(
                read(
                    null,
                    "{\"dev_eui\":\"%s\",\"multicast_group_id\":\"%s\",\"f_port\":1}"
                        .formatted(EUI, ID))))
        .contains("dev_eui and multicast_group_id name two targets");
    assertThat(reason(read(EUI, named("multicast_group_id", ID))))
        .contains("the record's key says device " + EUI, "says multicast group " + ID);
    assertThat(reason(read(Map.of("multicast_group_id", OTHER_ID), named("dev_eui", EUI))))
        .contains("the record's key says multicast group " + OTHER_ID, "says device " + EUI);
    assertThat(reason(reader.read(withHeaders)))
        .contains("the header chirpstack.multicast_group_id says", "chirpstack.dev_eui says");
    assertThat(reason(reader.read(withAnother))).contains(OTHER_ID, "one of them is wrong");
  }

  /** Else what was written for a group would reach the one device that the key names. */
  @Test
  void anItemOfOneKindOfTargetGoesToNoOther() {
    assertThat(reason(read(EUI, "{\"multicastQueueItem\":" + BARE + "}")))
        .contains("multicastQueueItem is for a multicast group", "the record's key says device");
    assertThat(reason(read(ID, "{\"deviceQueueItem\":" + BARE + "}")))
        .contains("deviceQueueItem is for a device", "write dev_eui");
    assertThat(
            reason(
                read(
                    EUI, "{\"deviceQueueItem\":" + BARE + ",\"multicastQueueItem\":" + BARE + "}")))
        .contains("deviceQueueItem and multicastQueueItem are two commands");
    assertIsMeant(read(ID, "{\"multicastQueueItem\":" + BARE + "}"));
    assertIsMeant(read(ID, "{\"queueItem\":" + BARE + "}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"data\":\"AQ==\",\"confirmed\":true | confirmed is for a device: nobody acknowledges",
        "\"object\":{\"on\":true} | object is for a device: a multicast group has no codec",
        "\"object\":\"\" | object is for a device",
        "\"data\":\"AQ==\",\"flush_queue\":true | flush_queue is for a device",
        "\"data\":\"AQ==\",\"is_encrypted\":true,\"f_cnt_down\":7 | is_encrypted is for a device",
        "\"data\":\"AQ==\",\"f_cnt_down\":7 | f_cnt_down is for a device: ChirpStack counts",
        "\"data\":\"AQ==\",\"f_cnt\":7 | ChirpStack assigns f_cnt",
        "\"data\":\"AQ==\",\"f_port\":65537 | f_port is 65537; write 1-223",
        "\"data\":\"AQ==\",\"f_port\":224 | f_port is 224, and 224-255 are reserved",
        "\"data\":\"AQ==\",\"confirmed\":\"yes\" | confirmed is 'yes'; write true or false",
        "\"data\":\"AQ==\",\"command\":\"flush\" | a flush takes no data; to empty the queue before"
      })
  void refusesByNameWhatMeansNothingToAGroup(String fields, String reason) {
    String port = fields.contains("f_port") || fields.contains("flush\"") ? "" : ",\"f_port\":1";
    String json = "{\"multicast_group_id\":\"" + ID + "\"," + fields + port + "}";

    assertThat(reason(read(null, json))).contains(reason);
  }

  @Test
  void takesAnExpiryAndAsManyBytesAsAFrameCarries() {
    Map<String, Object> large =
        Map.of("multicast_group_id", ID, "f_port", 1, "data", new byte[242]);
    Map<String, Object> larger =
        Map.of("multicast_group_id", ID, "f_port", 1, "data", new byte[243]);

    assertThat(
            enqueue(
                    read(
                        ID, "{\"f_port\":1,\"data\":\"\",\"expires_at\":\"2026-07-23T08:00:00Z\"}"))
                .downlink()
                .expiresAt())
        .isEqualTo(Instant.parse("2026-07-23T08:00:00Z"));
    assertThat(enqueue(read(null, large)).downlink().data()).hasSize(242);
    assertThat(reason(read(null, larger))).contains("243 bytes");
  }

  @Test
  void readsAFlushOfAGroup() {
    assertThat(read(null, "{\"command\":\"flush\",\"multicastGroupId\":\"" + ID + "\",\"id\":7}"))
        .isEqualTo(new Command.Flush(Target.group(ID), "7"));
  }

  private static String named(String field, String value) {
    return "{\"" + field + "\":\"" + value + "\"," + BARE.substring(1);
  }

  private static void assertIsMeant(ParsedRecord read) {
    Downlink downlink = enqueue(read).downlink();
    assertThat(downlink.data()).isEqualTo(DOWNLINK.data());
    assertThat(downlink).usingRecursiveComparison().isEqualTo(DOWNLINK);
  }

  private static Command.Enqueue enqueue(ParsedRecord read) {
    assertThat(read).isInstanceOf(Command.Enqueue.class);
    return (Command.Enqueue) read;
  }

  private static String reason(ParsedRecord read) {
    assertThat(read).isInstanceOf(InvalidCommand.class);
    return ((InvalidCommand) read).reason();
  }

  private ParsedRecord read(Object key, Object value) {
    return reader.read(record(key, value));
  }

  private static SinkRecord record(Object key, Object value) {
    return new SinkRecord("commands", 0, null, key, null, value, 0);
  }
}
