package io.github.chirpconnect.warehouse;

import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.proto.v4.LogItem;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a frame of the simulator's logs says, under the names that flat columns have, and what is in
 * their JSON.
 */
final class SaidByFrame {
  private static final String PHY_OF_V3 = "phy_payload_j_s_o_n_";
  private static final String PHY = "phy_payload_";
  private static final String MIC = PHY + "mic";

  private static final Pattern DIRECTION = Pattern.compile("^(up|down)link_frame_");

  /** What a column besides says: whose frame it is. */
  private static final Set<String> OF_THE_ENTRY = Set.of("gateway_i_d");

  /** Names within v3's payload, by how v4's call them. */
  private static final Map<String, String> NAMES = new LinkedHashMap<>();

  static {
    NAMES.put("^mhdr_m_type$", "mhdr_f_type");
    NAMES.put("^mac_payload_", "payload_");
    NAMES.put("_fhdr_dev_addr$", "_fhdr_devaddr");
    NAMES.put("_e_u_i$", "_eui");
  }

  /** Pieces of bytes in base64, which are hexadecimal digits in records. */
  private static final Pattern BYTES = Pattern.compile("(.*payload(?:_frm_payload)?)(?:_0)?_bytes");

  private SaidByFrame() {}

  static Map<String, String> in(LogItem frame, Generation generation) {
    Map<String, String> body = Leaves.of(frame.getBody());
    if (generation == Generation.V4) {
      return body;
    }
    Map<String, String> said = new TreeMap<>();
    body.forEach(
        (path, value) -> {
          String name = DIRECTION.matcher(path).replaceFirst("");
          if (name.startsWith(PHY_OF_V3)) {
            putPayload(name.substring(PHY_OF_V3.length()), value, said);
          } else if (!OF_THE_ENTRY.contains(name)) {
            Said.putOfV3(name, value, frame.getDescription(), said);
          }
        });
    return said;
  }

  /** The four bytes by which a frame is known where its log gives it no id, in hexadecimal. */
  static String mic(LogItem frame, Generation generation) {
    Map<String, String> said = in(frame, generation);
    byte[] mic = new byte[4];
    for (int i = 0; i < mic.length; i++) {
      mic[i] = (byte) Integer.parseInt(said.get(MIC + "_" + i));
    }
    return HexFormat.of().formatHex(mic);
  }

  private static void putPayload(String name, String value, Map<String, String> said) {
    Matcher bytes = BYTES.matcher(renamed(name));
    if (name.equals("mic")) {
      byte[] mic = HexFormat.of().parseHex(value);
      for (int i = 0; i < mic.length; i++) {
        said.put(MIC + "_" + i, Integer.toString(mic[i] & 0xff));
      }
    } else if (bytes.matches()) {
      said.put(PHY + bytes.group(1), HexFormat.of().formatHex(Base64.getDecoder().decode(value)));
    } else {
      said.put(PHY + renamed(name), value);
    }
  }

  private static String renamed(String name) {
    String renamed = name;
    for (Map.Entry<String, String> entry : NAMES.entrySet()) {
      renamed = renamed.replaceFirst(entry.getKey(), entry.getValue());
    }
    return renamed;
  }
}
