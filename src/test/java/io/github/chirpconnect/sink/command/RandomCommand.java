package io.github.chirpconnect.sink.command;

import io.github.chirpconnect.api.Downlink;
import io.github.chirpconnect.api.Target;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

/** What somebody wants to be sent, and the fields that say it; a form is chosen elsewhere. */
public final class RandomCommand {
  private static final Instant LATER = Instant.parse("2100-01-01T00:00:00Z");

  /** Of several planes, and such as JSON escapes. */
  private static final List<String> LETTERS =
      List.of("a", "Z", "0", "ü", "\"", "\\", "\n", "💧", " ");

  private static final List<String> NAMES =
      List.of("on", "level", "value", "fields", "kind_0", "ON", "x.y", "ü", "type_url", "values");

  public final Target target;

  /** Null for none. */
  public final String id;

  /** Whether the target's queue is to be emptied, and nothing else. */
  public final boolean flush;

  public final int fPort;
  public final boolean confirmed;
  public final Instant expiresAt;
  public final Long fCntDown;
  public final boolean flushQueue;

  /** Null for an object. */
  public final byte[] data;

  /** Null for bytes. */
  public final Map<String, Object> object;

  /** For one of a hundred targets or so, which several commands have in common. */
  public RandomCommand(Random random) {
    this(random, random.nextInt(20) == 0);
  }

  /** One that is no flush. */
  static RandomCommand downlink(Random random) {
    return new RandomCommand(random, false);
  }

  private RandomCommand(Random random, boolean flush) {
    this(random, flush, target(random));
  }

  /** A downlink with bytes for this target. */
  public static RandomCommand ofBytes(Random random, Target target) {
    RandomCommand command = new RandomCommand(random, false, target);
    while (command.data == null) {
      command = new RandomCommand(random, false, target);
    }
    return command;
  }

  private static Target target(Random random) {
    boolean group = random.nextInt(4) == 0;
    int number = random.nextInt(100);
    return group
        ? Target.group(new UUID(number * 0x9E3779B97F4A7C15L, ~number).toString())
        : Target.device("a" + HexFormat.of().toHexDigits(number * 77L).substring(1));
  }

  private RandomCommand(Random random, boolean flush, Target target) {
    this.flush = flush;
    this.target = target;
    boolean group = target.isGroup();
    id = random.nextBoolean() ? null : "id-" + random.nextInt(1000);
    fPort = 1 + random.nextInt(223);
    expiresAt = random.nextInt(3) > 0 ? null : LATER.plusMillis(random.nextInt(Integer.MAX_VALUE));
    confirmed = !group && random.nextBoolean();
    flushQueue = !group && random.nextInt(4) == 0;
    if (!group && random.nextBoolean()) {
      object = map(random, 0);
      data = null;
      fCntDown = null;
    } else {
      object = null;
      data = new byte[random.nextInt(8) == 0 ? 0 : random.nextInt(243)];
      random.nextBytes(data);
      fCntDown = group || random.nextInt(3) > 0 ? null : (Long) random.nextLong(1L << 32);
    }
  }

  private static Map<String, Object> map(Random random, int depth) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      map.put(NAMES.get(random.nextInt(NAMES.size())), json(random, depth + 1));
    }
    return map;
  }

  private static Object json(Random random, int depth) {
    return switch (random.nextInt(depth < 4 ? 8 : 6)) {
      case 0 -> random.nextBoolean();
      case 1 -> null;
      case 2 -> random.nextInt();
      case 3 -> random.nextLong(1L << 53) * (random.nextBoolean() ? 1 : -1);
      case 4 -> random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20);
      case 5 -> text(random);
      case 6 -> map(random, depth);
      default -> list(random, depth);
    };
  }

  private static List<Object> list(Random random, int depth) {
    List<Object> list = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      list.add(json(random, depth + 1));
    }
    return list;
  }

  static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(6); i > 0; i--) {
      text.append(LETTERS.get(random.nextInt(LETTERS.size())));
    }
    return text.toString();
  }

  /** The fields in snake_case without the target, each as JSON has it, or bytes. */
  Map<String, Object> fields(Random random) {
    Map<String, Object> fields = new LinkedHashMap<>();
    if (id != null) {
      fields.put("id", id);
    }
    if (flush) {
      fields.put("command", random.nextBoolean() ? "flush" : "FLUSH");
      put(fields, random, "confirmed", false);
      return fields;
    }
    if (random.nextInt(4) == 0) {
      fields.put("command", "enqueue");
    }
    fields.put("f_port", fPort);
    put(fields, random, "confirmed", confirmed);
    put(fields, random, "flush_queue", flushQueue);
    put(fields, random, "is_encrypted", fCntDown != null);
    if (fCntDown != null) {
      fields.put("f_cnt_down", fCntDown);
    } else if (random.nextInt(4) == 0) {
      fields.put("f_cnt_down", 0);
    }
    if (expiresAt != null) {
      fields.put("expires_at", expiry(random));
    }
    if (object != null) {
      fields.put("object", object);
    } else {
      switch (random.nextInt(3)) {
        case 0 -> fields.put("data", ByteBuffer.wrap(data));
        case 1 -> fields.put("data", Base64.getEncoder().encodeToString(data));
        default -> fields.put("data_hex", HexFormat.of().formatHex(data));
      }
    }
    return fields;
  }

  /** What of a queued downlink is not as it was meant; empty if all is. */
  public Optional<String> difference(Downlink queued) {
    Map<String, Boolean> same = new LinkedHashMap<>();
    same.put("target", queued.target().equals(target));
    same.put("f_port", queued.fPort() == fPort);
    same.put("confirmed", queued.confirmed() == confirmed);
    same.put("flush_queue", queued.flushQueue() == flushQueue);
    same.put("expires_at", Objects.equals(queued.expiresAt(), expiresAt));
    same.put("f_cnt_down", Objects.equals(queued.encryptedFCntDown(), fCntDown));
    same.put("data", Arrays.equals(queued.data(), data));
    same.put(
        "object",
        object == null
            ? queued.objectJson() == null
            : queued.objectJson() != null
                && PlainReading.asACodecSees(object)
                    .equals(PlainReading.asACodecSees(PlainReading.json(queued.objectJson()))));
    return same.entrySet().stream().filter(e -> !e.getValue()).map(Map.Entry::getKey).findFirst();
  }

  private Object expiry(Random random) {
    return switch (random.nextInt(3)) {
      case 0 -> expiresAt.toString();
      case 1 -> expiresAt.atOffset(ZoneOffset.ofHours(random.nextInt(24) - 12)).toString();
      default -> expiresAt.toEpochMilli();
    };
  }

  /** A flag that is false need not be said. */
  private static void put(Map<String, Object> fields, Random random, String name, boolean flag) {
    if (flag || random.nextBoolean()) {
      fields.put(name, flag);
    }
  }
}
