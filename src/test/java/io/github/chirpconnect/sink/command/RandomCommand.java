package io.github.chirpconnect.sink.command;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** What somebody wants to be sent, and the fields that say it; a form is chosen elsewhere. */
final class RandomCommand {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  /** Of several planes, and such as JSON escapes. */
  private static final List<String> LETTERS =
      List.of("a", "Z", "0", "ü", "\"", "\\", "\n", "💧", " ");

  private static final List<String> NAMES =
      List.of("on", "level", "value", "fields", "kind_0", "ON", "x.y", "ü", "type_url", "values");

  final String devEui;
  final int fPort;
  final boolean confirmed;
  final String id;
  final Instant expiresAt;
  final Long fCntDown;
  final boolean flushQueue;

  /** Null for an object. */
  final byte[] data;

  /** Null for bytes. */
  final Map<String, Object> object;

  RandomCommand(Random random) {
    devEui = "a" + HexFormat.of().toHexDigits(random.nextLong()).substring(1);
    fPort = 1 + random.nextInt(223);
    confirmed = random.nextBoolean();
    id = random.nextBoolean() ? null : "id-" + random.nextInt(1000);
    expiresAt = random.nextInt(3) > 0 ? null : START.plusMillis(random.nextInt(Integer.MAX_VALUE));
    flushQueue = random.nextInt(4) == 0;
    if (random.nextBoolean()) {
      object = map(random, 0);
      data = null;
      fCntDown = null;
    } else {
      object = null;
      data = new byte[random.nextInt(8) == 0 ? 0 : random.nextInt(243)];
      random.nextBytes(data);
      fCntDown = random.nextInt(3) > 0 ? null : random.nextLong(1L << 32);
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

  /** The fields in snake_case without the device, each as JSON has it. */
  Map<String, Object> fields(Random random) {
    Map<String, Object> fields = new LinkedHashMap<>();
    if (id != null) {
      fields.put("id", id);
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
      fields.put(
          "expires_at",
          random.nextBoolean() ? expiresAt.toString() : (Object) expiresAt.toEpochMilli());
    }
    if (object != null) {
      fields.put("object", object);
    } else if (random.nextBoolean()) {
      fields.put("data", Base64.getEncoder().encodeToString(data));
    } else {
      fields.put("data_hex", HexFormat.of().formatHex(data));
    }
    return fields;
  }

  /** A flag that is false need not be said. */
  private static void put(Map<String, Object> fields, Random random, String name, boolean flag) {
    if (flag || random.nextBoolean()) {
      fields.put(name, flag);
    }
  }
}
