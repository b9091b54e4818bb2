package io.github.chirpconnect.sink.command;

import io.github.chirpconnect.api.Target;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * A record in which one thing is wrong.
 *
 * @param named what the refusal has to name
 * @param id the sender's own, which the refusal has to repeat; null for none
 */
public record Mistake(SinkRecord record, String named, String id) {

  public static Mistake of(Random random) {
    RandomForm form = new RandomForm(random);
    RandomCommand meant = RandomCommand.downlink(random);
    Target target = meant.target;
    Map<String, Object> fields = meant.fields(random);
    return switch (random.nextInt(4)) {
      case 0 -> ofTarget(random, target, fields, meant.id);
      case 1 -> {
        String named = "payload is missing"; // in a message of Protobuf it is an empty one
        withoutPayload(fields);
        if (random.nextInt(4) > 0) {
          spoilObject(random, fields);
          named = "object";
        }
        yield new Mistake(form.plainRecord(target, fields), named, meant.id);
      }
      default -> {
        String named =
            target.isGroup() && random.nextBoolean()
                ? spoilOfGroup(random, fields)
                : spoil(random, fields);
        yield new Mistake(form.record(target, fields), named, meant.id);
      }
    };
  }

  private static String spoil(Random random, Map<String, Object> fields) {
    return switch (random.nextInt(12)) {
      case 0 -> put(fields, "f_port", any(random, 0, 224, 255, 256, 257, -1));
      case 1 -> {
        fields.remove("f_port");
        yield "f_port";
      }
      case 2 -> put(fields, "force_enqueue", "true");
      case 3 -> put(fields, "confirmed", "perhaps");
      case 4 -> put(fields, "expires_at", any(random, "tomorrow", 1_795_526_474L, true));
      case 5 -> put(withoutPayload(fields), "data_hex", any(random, "abc", "0x1", "g0", 123));
      case 6 -> put(withoutPayload(fields), "data", any(random, "AQ", "AR==", "_-8=", "0a0b0c", 7));
      case 7 -> {
        fields.put("is_encrypted", false);
        yield put(fields, "f_cnt_down", 7);
      }
      case 8 -> put(withoutPayload(fields), "data_hex", HexFormat.of().formatHex(new byte[243]));
      case 9 -> {
        withoutPayload(fields).put("data", "AQ==");
        yield put(fields, "data_hex", "01");
      }
      case 10 -> put(fields, "command", "enqeue");
      default -> {
        fields.put("command", "flush");
        yield "flush takes no ";
      }
    };
  }

  /** What is for a device alone. */
  private static String spoilOfGroup(Random random, Map<String, Object> fields) {
    return switch (random.nextInt(4)) {
      case 0 -> put(fields, "confirmed", true);
      case 1 -> put(fields, "flush_queue", true);
      case 2 -> {
        fields.put("f_cnt_down", 7);
        yield put(fields, "is_encrypted", true);
      }
      default -> put(withoutPayload(fields), "object", Map.of("on", true));
    };
  }

  /** Something in the object that a codec would get changed, or that is nested too deep. */
  private static void spoilObject(Random random, Map<String, Object> fields) {
    Object bad =
        any(
            random,
            "\ud83d",
            "a\udca7b",
            BigInteger.TWO.pow(70).add(BigInteger.ONE),
            9_007_199_254_740_993L,
            new BigDecimal("1e" + (400 + random.nextInt(1000))));
    int levels = random.nextInt(5) == 0 ? 32 : random.nextInt(4);
    for (int i = 0; i < levels; i++) {
      bad = random.nextBoolean() ? Map.of("a", bad) : List.of(bad);
    }
    fields.put("object", Map.of("b", bad));
  }

  private static Mistake ofTarget(
      Random random, Target target, Map<String, Object> fields, String id) {
    String name = RandomForm.nameOf(target);
    Target other = target;
    String named = name;
    switch (random.nextInt(4)) {
      case 0 -> {
        fields.put(name, target.id());
        while (other.equals(target)) {
          other = RandomCommand.downlink(random).target;
        }
        named = other.id();
      }
      case 1 -> fields.put(name, target.id().substring(1));
      case 2 -> fields.put(name, any(random, 7L, true));
      default -> named = "dev_eui is missing";
    }
    SinkRecord record = new RandomForm(random).namelessRecord(fields);
    if (!other.equals(target)) {
      record.headers().addString("chirpstack." + RandomForm.nameOf(other), other.id());
    }
    return new Mistake(record, named, id);
  }

  private static Object any(Random random, Object... values) {
    return values[random.nextInt(values.length)];
  }

  private static String put(Map<String, Object> fields, String name, Object value) {
    fields.put(name, value);
    return name;
  }

  private static Map<String, Object> withoutPayload(Map<String, Object> fields) {
    List.of("data", "data_hex", "object", "is_encrypted", "f_cnt_down").forEach(fields::remove);
    return fields;
  }
}
