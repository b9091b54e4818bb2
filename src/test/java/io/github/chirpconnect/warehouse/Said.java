package io.github.chirpconnect.warehouse;

import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.proto.v4.LogItem;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an entry of the simulator's logs says, under the names that flat columns have. */
final class Said {
  /** What v3 calls otherwise, by how records name it; what it says otherwise is in VALUES. */
  private static final Map<Pattern, String> NAMES = new LinkedHashMap<>();

  private static final Map<Pattern, UnaryOperator<String>> VALUES = new LinkedHashMap<>();

  /** The only kinds in which v3's counter is that of a downlink. */
  private static final Set<String> OF_DOWNLINKS = Set.of("ack", "txack");

  static {
    name("application_i_d", "application_id");
    name("dev_e_u_i", "dev_eui");
    name("device_profile_i_d", "device_profile_id");
    name("confirmed_uplink", "confirmed");
    name("published_at", "time");
    name("object_j_s_o_n_(.*)", "object_$1");
    name("(.*_)?gateway_i_d", "$1gateway_id");
    name("(.*)_lo_ra_s_n_r", "$1_snr");
    name("(.*)_uplink_i_d", "$1_uplink_uuid");
    name("uplink_i_ds_(.*)", "uplink_uuids_$1");
    name("(.*)_lo_ra_modulation_info_code_rate", "$1_modulation_lora_code_rate_legacy");
    name("(.*)_lo_ra_modulation_info_(.*)", "$1_modulation_lora_$2");
    name("(.*)_delay_timing_info_delay", "$1_timing_delay_delay");
    name("type", "code");
    name("error", "description");

    value("dev_eui|dev_addr|(.*_)?gateway_id", Said::hex);
    value(".*_uuid|uplink_uuids_.*", Said::uuid);
    value("(.*)_lora_bandwidth", Said::hertz);
    value("code", code -> code.replace("FCNT", "F_CNT"));
  }

  private Said() {}

  private static void name(String v3, String column) {
    NAMES.put(Pattern.compile(v3), column);
  }

  private static void value(String column, UnaryOperator<String> form) {
    VALUES.put(Pattern.compile(column), form);
  }

  /** Of an event. What is told of the device is in columns of its own. */
  static Map<String, String> in(LogItem event, Generation generation) {
    Map<String, String> said = new TreeMap<>();
    Leaves.of(event.getBody())
        .forEach(
            (name, value) -> {
              if (generation == Generation.V4) {
                said.put(name.replaceFirst("^device_info_", ""), value);
              } else {
                putOfV3(name, value, event.getDescription(), said);
              }
            });
    return said;
  }

  /** Puts what an entry of v3 says under the name of its column, in the column's form. */
  static void putOfV3(String name, String value, String kind, Map<String, String> said) {
    if (!isImplied(name, value)) {
      String column = column(name, kind);
      said.put(column, value(column, value));
    }
  }

  /** What a record says by which message it has, or by having none. */
  private static boolean isImplied(String name, String value) {
    return name.equals("tx_info_modulation")
        || name.equals("tx_info_timing")
        || (name.contains("rx_info_") && name.contains("_location_") && Leaves.isDefault(value));
  }

  private static String column(String name, String kind) {
    if (name.equals("f_cnt") && OF_DOWNLINKS.contains(kind)) {
      return "f_cnt_down";
    }
    for (Map.Entry<Pattern, String> entry : NAMES.entrySet()) {
      Matcher matcher = entry.getKey().matcher(name);
      if (matcher.matches()) {
        return matcher.replaceFirst(entry.getValue());
      }
    }
    return name;
  }

  private static String value(String column, String value) {
    return VALUES.entrySet().stream()
        .filter(entry -> entry.getKey().matcher(column).matches())
        .findFirst()
        .map(entry -> entry.getValue().apply(value))
        .orElse(value);
  }

  private static String hex(String base64) {
    return HexFormat.of().formatHex(Base64.getDecoder().decode(base64));
  }

  private static String uuid(String base64) {
    ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(base64));
    return new UUID(bytes.getLong(), bytes.getLong()).toString();
  }

  private static String hertz(String kilohertz) {
    return new BigDecimal(kilohertz).scaleByPowerOfTen(3).toPlainString();
  }
}
