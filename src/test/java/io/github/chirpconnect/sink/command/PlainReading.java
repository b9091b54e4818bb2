package io.github.chirpconnect.sink.command;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.chirpconnect.api.Downlink;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What JSON text says, read without regard to what is refused: it holds what was queued of a text
 * that chance has changed to what that text says.
 */
public final class PlainReading {
  private static final JsonMapper STRICT =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private static final Set<String> ITEMS =
      Set.of("queueitem", "devicequeueitem", "multicastqueueitem");

  private static final Set<String> KNOWN =
      Set.of(
          "command",
          "confirmed",
          "data",
          "datahex",
          "deveui",
          "expiresat",
          "fcntdown",
          "fport",
          "flushqueue",
          "id",
          "isencrypted",
          "multicastgroupid",
          "object",
          "jsonobject",
          "applicationid",
          "reference",
          "fcnt",
          "ispending");

  /** By names without case and underscores; without nulls. */
  private final Map<String, JsonNode> fields = new LinkedHashMap<>();

  private boolean hasUnknown;

  private PlainReading() {}

  /** Empty for what is no JSON object. */
  public static Optional<PlainReading> of(byte[] json) {
    try {
      JsonNode tree = STRICT.readTree(json);
      if (tree == null || !tree.isObject()) {
        return Optional.empty();
      }
      PlainReading reading = new PlainReading();
      reading.take(tree, true);
      return Optional.of(reading);
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  private void take(JsonNode object, boolean top) {
    object
        .properties()
        .forEach(
            entry -> {
              String name = entry.getKey().replace("_", "").toLowerCase(Locale.ROOT);
              JsonNode value = entry.getValue();
              if (value.isNull()) {
                return;
              }
              if (top && ITEMS.contains(name) && value.isObject()) {
                take(value, false);
                return;
              }
              hasUnknown |= !KNOWN.contains(name) || fields.put(name, value) != null;
            });
  }

  /** What of a queued downlink the text does not say; empty if it says all of it, and no more. */
  public Optional<String> difference(Downlink queued) {
    if (hasUnknown) {
      return Optional.of("a field that no command has");
    }
    if (isSet("fcnt") || isSet("ispending")) {
      return Optional.of("a field that ChirpStack sets");
    }
    String payload = null;
    for (String name : List.of("object", "jsonobject", "datahex", "data")) {
      if (fields.containsKey(name) && (payload == null || isEmpty(payload))) {
        payload = name;
      } else if (fields.containsKey(name) && !isEmpty(name)) {
        return Optional.of("a second payload");
      }
    }
    Map<String, Boolean> same = new LinkedHashMap<>();
    same.put("target", target().equals(digits(queued.target().id())));
    same.put("f_port", number("fport") == queued.fPort());
    same.put("confirmed", flag("confirmed") == queued.confirmed());
    same.put("flush_queue", flag("flushqueue") == queued.flushQueue());
    same.put("is_encrypted", flag("isencrypted") == (queued.encryptedFCntDown() != null));
    same.put(
        "f_cnt_down",
        number("fcntdown")
            == (queued.encryptedFCntDown() == null ? 0 : queued.encryptedFCntDown()));
    same.put("expires_at", Objects.equals(expiry(), queued.expiresAt()));
    same.put("payload", payload != null && isSamePayload(payload, queued));
    return same.entrySet().stream().filter(e -> !e.getValue()).map(Map.Entry::getKey).findFirst();
  }

  private boolean isSamePayload(String name, Downlink queued) {
    JsonNode value = fields.get(name);
    if (queued.data() == null) {
      Object object =
          value.isTextual() ? json(value.asText()) : STRICT.convertValue(value, Map.class);
      return name.endsWith("object")
          && asACodecSees(object).equals(asACodecSees(json(queued.objectJson())));
    }
    String written =
        name.equals("datahex")
            ? HexFormat.of().formatHex(queued.data())
            : Base64.getEncoder().encodeToString(queued.data());
    return name.equals("datahex")
        ? value.asText().equalsIgnoreCase(written)
        : value.asText().equals(written) || isEmpty(name);
  }

  static Object json(String text) {
    try {
      return STRICT.readValue(text, Object.class);
    } catch (IOException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  /** All numbers are doubles. */
  static Object asACodecSees(Object json) {
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

  /** The digits of the name that stands in the value. */
  private String target() {
    String name = isEmptyOrAbsent("deveui") ? "multicastgroupid" : "deveui";
    return isEmptyOrAbsent(name) ? "" : digits(fields.get(name).asText());
  }

  private static String digits(String name) {
    return name.trim().toLowerCase(Locale.ROOT).replaceFirst("^0x", "").replaceAll("[^0-9a-f]", "");
  }

  private Instant expiry() {
    JsonNode value = fields.get("expiresat");
    if (isEmptyOrAbsent("expiresat")) {
      return null;
    }
    return value.isNumber() || value.asText().matches("[0-9]+")
        ? Instant.ofEpochMilli(new BigDecimal(value.asText()).longValueExact())
        : OffsetDateTime.parse(value.asText()).toInstant();
  }

  private long number(String name) {
    return fields.containsKey(name)
        ? new BigDecimal(fields.get(name).asText()).longValueExact()
        : 0;
  }

  private boolean flag(String name) {
    return fields.containsKey(name) && fields.get(name).asText().equalsIgnoreCase("true");
  }

  private boolean isSet(String name) {
    JsonNode value = fields.get(name);
    return value != null
        && !(value.isNumber() && value.asDouble() == 0)
        && !(value.isBoolean() && !value.asBoolean());
  }

  private boolean isEmpty(String name) {
    return fields.get(name).isTextual() && fields.get(name).asText().isEmpty();
  }

  private boolean isEmptyOrAbsent(String name) {
    return !fields.containsKey(name) || isEmpty(name);
  }
}
