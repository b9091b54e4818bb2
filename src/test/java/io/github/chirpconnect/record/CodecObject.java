package io.github.chirpconnect.record;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What one and the same codec returned, in the words of each generation: v3 is written in Go, which
 * sorts names and escapes what HTML does; v4 in Rust, which has only doubles and its own order.
 *
 * @param v3 the text in {@code objectJSON}
 * @param v4 the value of {@code object}
 * @param canonical what records of both say
 */
public record CodecObject(String v3, String v4, String canonical) {
  private static final int RANDOM = 300;
  private static final int DEPTH = 4;

  private static final List<CodecObject> SCALARS =
      List.of(
          number("7", "7.0", "7"),
          number("0", "0.0", "0"),
          number("-0", "-0.0", "0"),
          number("-12.3", "-12.3", "-12.3"),
          number("0.30000000000000004", "0.30000000000000004", "0.30000000000000004"),
          number("0.000001", "1e-6", "0.000001"),
          number("1e-7", "1e-7", "1e-7"),
          number("5e-324", "5e-324", "5e-324"),
          number("9007199254740992", "9007199254740992.0", "9007199254740992"),
          number("100000000000000000000", "1e20", "100000000000000000000"),
          number("123456789012345680000", "1.2345678901234568e20", "123456789012345680000"),
          number("1e+21", "1e21", "1e+21"),
          number("-1.7976931348623157e+308", "-1.7976931348623157e308", "-1.7976931348623157e+308"),
          same("null"),
          same("true"),
          same("false"),
          same("\"\""),
          same("\"7\""),
          same("\"é 日本 \ud83d\ude00\""),
          same("\"\\\"\\\\/\\n\\t\\r\\u0001\""),
          new CodecObject("\"\\u0000\"", "\"\\u0000\"", "\"\\u0000\""),
          new CodecObject("\"\\u0008\\u000c\"", "\"\\b\\f\"", "\"\\b\\f\""),
          new CodecObject("\"a \\u003c\\u003e\\u0026\"", "\"a <>&\"", "\"a <>&\""),
          new CodecObject("\"\\u2028\\u2029\"", "\"\u2028\u2029\"", "\"\u2028\u2029\""));

  /** In the order of UTF-16, and not of their length or case. */
  private static final List<String> NAMES =
      List.of("", "$", "1", "10", "2", "Temp", "a", "a.b", "temp", "é", "日本", "\ud83d\ude00");

  private static CodecObject number(String v3, String v4, String canonical) {
    return new CodecObject(v3, v4, canonical);
  }

  private static CodecObject same(String text) {
    return new CodecObject(text, text, text);
  }

  /** Each scalar by itself, and objects of several. */
  public static Stream<CodecObject> all() {
    List<CodecObject> each =
        SCALARS.stream().map(value -> object(List.of("x"), List.of(value), new Random(0))).toList();
    List<CodecObject> random =
        IntStream.range(0, RANDOM).mapToObj(seed -> object(new Random(seed), 0)).toList();
    return Stream.concat(each.stream(), random.stream());
  }

  private static CodecObject object(Random random, int depth) {
    TreeMap<String, CodecObject> fields = new TreeMap<>();
    for (int i = random.nextInt(6); i > 0; i--) {
      fields.put(NAMES.get(random.nextInt(NAMES.size())), value(random, depth + 1));
    }
    return object(List.copyOf(fields.keySet()), List.copyOf(fields.values()), random);
  }

  private static CodecObject value(Random random, int depth) {
    return switch (depth > DEPTH ? 0 : random.nextInt(4)) {
      case 1 -> object(random, depth);
      case 2 -> {
        List<CodecObject> items =
            IntStream.range(0, random.nextInt(4))
                .mapToObj(item -> value(random, depth + 1))
                .toList();
        yield new CodecObject(
            "[" + joined(items.stream().map(CodecObject::v3).toList()) + "]",
            "[" + joined(items.stream().map(CodecObject::v4).toList()) + "]",
            "[" + joined(items.stream().map(CodecObject::canonical).toList()) + "]");
      }
      default -> SCALARS.get(random.nextInt(SCALARS.size()));
    };
  }

  /**
   * @param names sorted
   */
  private static CodecObject object(List<String> names, List<CodecObject> values, Random random) {
    List<String> v3 = new ArrayList<>();
    List<String> v4 = new ArrayList<>();
    List<String> canonical = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      String name = '"' + names.get(i) + "\":";
      v3.add(name + values.get(i).v3);
      v4.add(name + values.get(i).v4);
      canonical.add(name + values.get(i).canonical);
    }
    Collections.shuffle(v4, random);
    return new CodecObject(
        "{" + joined(v3) + "}", "{" + joined(v4) + "}", "{" + joined(canonical) + "}");
  }

  private static String joined(List<String> parts) {
    return String.join(",", parts);
  }
}
