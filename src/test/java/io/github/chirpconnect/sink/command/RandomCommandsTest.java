package io.github.chirpconnect.sink.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.chirpconnect.api.Downlink;
import io.github.chirpconnect.config.SinkConfig.Tombstone;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

/**
 * Many records of all forms, made by chance from a seed: each is read as the command that was
 * meant, or refused by the name of its field. With {@code -Dcommands.count=...} there are more of
 * them, with {@code -Dcommands.seed=...} others.
 */
class RandomCommandsTest {
  private static final int COUNT = Integer.getInteger("commands.count", 100_000);
  private static final long SEED = Long.getLong("commands.seed", 8);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final CommandReader reader = new CommandReader(Tombstone.REJECT, text -> {});

  @Test
  void eachCommandIsReadAsItIsMeant() throws Exception {
    for (int i = 0; i < COUNT / 2; i++) {
      Random random = new Random(SEED * COUNT + i);
      RandomCommand meant = new RandomCommand(random);
      SinkRecord record = new RandomForm(random).record(meant.devEui, meant.fields(random));

      ParsedRecord read = reader.read(record);

      int number = i;
      assertMeant(meant, read, () -> "seed " + SEED + ", record " + number + ": " + record);
    }
  }

  private static void assertMeant(RandomCommand meant, ParsedRecord read, Supplier<String> which)
      throws JsonProcessingException {
    assertThat(read).as(which).isInstanceOf(Command.Enqueue.class);
    Downlink found = ((Command.Enqueue) read).downlink();
    assertThat(read.id()).as(which).isEqualTo(meant.id);
    assertThat(found.target().id()).as(which).isEqualTo(meant.devEui);
    assertThat(found.fPort()).as(which).isEqualTo(meant.fPort);
    assertThat(found.confirmed()).as(which).isEqualTo(meant.confirmed);
    assertThat(found.flushQueue()).as(which).isEqualTo(meant.flushQueue);
    assertThat(found.expiresAt()).as(which).isEqualTo(meant.expiresAt);
    assertThat(found.encryptedFCntDown()).as(which).isEqualTo(meant.fCntDown);
    if (meant.object == null) {
      assertThat(found.data()).as(which).isEqualTo(meant.data);
    } else {
      Object object = JSON.readValue(found.objectJson(), Map.class);
      assertThat(asACodecSees(object)).as(which).isEqualTo(asACodecSees(meant.object));
    }
  }

  /** All numbers are doubles. */
  private static Object asACodecSees(Object json) {
    if (json instanceof Map<?, ?> map) {
      Map<Object, Object> seen = new LinkedHashMap<>();
      map.forEach((name, value) -> seen.put(name, asACodecSees(value)));
      return seen;
    }
    if (json instanceof List<?> list) {
      List<Object> seen = new ArrayList<>();
      list.forEach(item -> seen.add(asACodecSees(item)));
      return seen;
    }
    return json instanceof Number number ? (Object) number.doubleValue() : json;
  }

  /** One thing is wrong with each. */
  @Test
  void eachMistakeIsRefusedByTheNameOfItsField() {
    for (int i = 0; i < COUNT / 4; i++) {
      Random random = new Random(~(SEED * COUNT + i));
      RandomCommand meant = new RandomCommand(random);
      Map<String, Object> fields = new LinkedHashMap<>(meant.fields(random));
      String named = spoil(random, fields);
      SinkRecord record = new RandomForm(random).record(meant.devEui, fields);

      ParsedRecord read = reader.read(record);

      int number = i;
      Supplier<String> which = () -> "seed " + SEED + ", record " + number + ": " + record;
      assertThat(read).as(which).isInstanceOf(InvalidCommand.class);
      assertThat(((InvalidCommand) read).reason()).as(which).containsIgnoringCase(named);
      assertThat(read.id()).as(which).isEqualTo(meant.id);
      assertInPlainWords(((InvalidCommand) read).reason(), which);
    }
  }

  /** Returns what the refusal has to name. */
  private static String spoil(Random random, Map<String, Object> fields) {
    return switch (random.nextInt(9)) {
      case 0 -> {
        fields.put("f_port", List.of(0, 224, 255, 256, 257, -1).get(random.nextInt(6)));
        yield "f_port";
      }
      case 1 -> {
        fields.remove("f_port");
        yield "f_port";
      }
      case 2 -> {
        fields.put("force-enqueue", "true");
        yield "force-enqueue";
      }
      case 3 -> {
        fields.put("confirmed", "perhaps");
        yield "confirmed";
      }
      case 4 -> {
        fields.put("expires_at", "tomorrow");
        yield "expires_at";
      }
      case 5 -> {
        withoutPayload(fields).put("data_hex", "abc");
        yield "data_hex";
      }
      case 6 -> {
        withoutPayload(fields)
            .put("data", List.of("AQ", "AR==", "_-8=", "0a0b0c").get(random.nextInt(4)));
        yield "data";
      }
      case 7 -> {
        fields.put("is_encrypted", false);
        fields.put("f_cnt_down", 7);
        yield "f_cnt_down";
      }
      default -> {
        Object deep = random.nextInt();
        for (int i = 0; i < 33; i++) {
          deep = Map.of("a", deep);
        }
        withoutPayload(fields).put("object", deep);
        yield "object is nested";
      }
    };
  }

  private static Map<String, Object> withoutPayload(Map<String, Object> fields) {
    List.of("data", "data_hex", "object", "is_encrypted", "f_cnt_down").forEach(fields::remove);
    return fields;
  }

  @Test
  void nothingElseThanAReadingComesOfAnything() {
    for (int i = 0; i < COUNT / 4; i++) {
      Random random = new Random(SEED * COUNT - i);
      RandomForm form = new RandomForm(random);
      Object value =
          switch (random.nextInt(4)) {
            case 0 -> form.bytes();
            case 1 -> cut(random);
            default -> form.anything(0);
          };
      SinkRecord record = new SinkRecord("commands", 0, null, form.anything(3), null, value, i);
      int number = i;
      Supplier<String> which = () -> "seed " + SEED + ", record " + number + ": " + record;

      ParsedRecord read = reader.read(record);

      if (read instanceof InvalidCommand bad) {
        assertInPlainWords(bad.reason(), which);
      } else {
        assertThat(read.target().id()).as(which).matches("[0-9a-f]{16}");
      }
    }
  }

  /** JSON that ends too early or has other bytes in it. */
  private static byte[] cut(Random random) {
    byte[] json =
        "{\"dev_eui\":\"0102030405060708\",\"f_port\":1,\"object\":{\"a\":[1,2.5,\"ü\"]}}"
            .getBytes(StandardCharsets.UTF_8);
    if (random.nextBoolean()) {
      return java.util.Arrays.copyOf(json, random.nextInt(json.length));
    }
    json[random.nextInt(json.length)] = (byte) random.nextInt();
    return json;
  }

  private static void assertInPlainWords(String reason, Supplier<String> which) {
    assertThat(reason)
        .as(which)
        .isNotBlank()
        .doesNotContain("fasterxml", "java.", "Exception", "JsonToken", "arraylist", "hashmap");
  }
}
