package io.github.chirpconnect.warehouse;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a row of a table, or an entry of a log of the simulator, says: its scalars by where they
 * are, in one form whoever wrote them. Names are lower case with underscores, and so are the ways
 * into messages and lists; times are in UTC, of milliseconds; bytes are in base64. Nulls are left
 * out.
 */
final class Leaves {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TEXT = "_text";
  private static final Pattern UPPER = Pattern.compile("([A-Z])");
  private static final Pattern TIME =
      Pattern.compile(
          "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d(\\.\\d+)?)?(Z|[+-]\\d\\d:\\d\\d)?");

  /** What protobuf leaves out, and records say. */
  private static final Set<String> DEFAULTS = Set.of("", "0", "false", "UNKNOWN");

  private Leaves() {}

  /**
   * A row says all that an entry of a log says, and nothing else but defaults.
   *
   * @param own columns that the row has besides, by how they begin
   */
  static void assertSame(Map<String, String> row, Map<String, String> entry, String... own) {
    assertThat(row).containsAllEntriesOf(entry);
    row.forEach(
        (name, value) -> {
          if (!entry.containsKey(name) && Arrays.stream(own).noneMatch(name::startsWith)) {
            assertThat(name.endsWith(TEXT) ? withoutText(name, row) : value)
                .as(name)
                .isIn(name.endsWith(TEXT) ? Set.of(value) : DEFAULTS);
          }
        });
  }

  /** Whether protobuf leaves it out. */
  static boolean isDefault(String value) {
    return DEFAULTS.contains(value);
  }

  /** The time that a column has as text. */
  private static String withoutText(String name, Map<String, String> row) {
    return row.get(name.substring(0, name.length() - TEXT.length()));
  }

  static Map<String, String> of(JsonNode node) {
    Map<String, String> leaves = new TreeMap<>();
    collect("", node, leaves);
    return leaves;
  }

  static Map<String, String> of(String json) {
    try {
      return of(JSON.readTree(json));
    } catch (JsonProcessingException e) {
      throw new AssertionError("no JSON: " + json, e);
    }
  }

  private static void collect(String path, JsonNode node, Map<String, String> leaves) {
    if (node.isObject()) {
      node.properties()
          .forEach(field -> collect(below(path, snake(field.getKey())), field.getValue(), leaves));
    } else if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        collect(below(path, Integer.toString(i)), node.get(i), leaves);
      }
    } else if (node.isTextual() && node.textValue().startsWith("{")) {
      // What has no fixed shape is JSON text in records.
      leaves.putAll(below(path, of(node.textValue())));
    } else if (!node.isNull()) {
      leaves.put(path, scalar(node));
    }
  }

  private static Map<String, String> below(String path, Map<String, String> leaves) {
    Map<String, String> all = new TreeMap<>();
    leaves.forEach((name, value) -> all.put(below(path, name), value));
    return all;
  }

  private static String below(String path, String name) {
    return path.isEmpty() ? name : path + "_" + name;
  }

  private static String snake(String name) {
    return UPPER.matcher(name).replaceAll("_$1").toLowerCase(Locale.ROOT);
  }

  /** A number as a column of single precision has it. */
  static String singlePrecision(String number) {
    return number(new BigDecimal(Float.toString(Float.parseFloat(number))));
  }

  private static String number(BigDecimal number) {
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }

  private static String scalar(JsonNode node) {
    if (node.isNumber()) {
      return number(node.decimalValue());
    }
    String text = node.asText();
    if (TIME.matcher(text).matches()) {
      return time(text);
    }
    return text.startsWith("\\x")
        ? Base64.getEncoder().encodeToString(HexFormat.of().parseHex(text.substring(2)))
        : text;
  }

  private static String time(String text) {
    boolean zoned = text.endsWith("Z") || text.lastIndexOf('+') > 0 || text.lastIndexOf('-') > 10;
    return (zoned
            ? OffsetDateTime.parse(text).withOffsetSameInstant(ZoneOffset.UTC)
            : LocalDateTime.parse(text).atOffset(ZoneOffset.UTC))
        .truncatedTo(ChronoUnit.MILLIS)
        .toString();
  }
}
