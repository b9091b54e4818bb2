package io.github.chirpconnect.sink.command;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The names of a command's fields, and the spellings in which they come. */
final class FieldNames {
  /** What a command may have. */
  static final Set<String> KNOWN =
      new TreeSet<>(
          Set.of(
              "command",
              "confirmed",
              "data",
              "data_hex",
              "dev_eui",
              "expires_at",
              "f_cnt_down",
              "f_port",
              "flush_queue",
              "id",
              "is_encrypted",
              "multicast_group_id",
              "object"));

  /** Fields of ChirpStack that a command may not have; each is refused with a reason of its own. */
  private static final Set<String> KNOWN_ELSEWHERE = Set.of("f_cnt", "is_pending");

  /** Some senders write these to v3's MQTT topic, which ignores them too. */
  private static final Set<String> WITHOUT_MEANING = Set.of("application_id", "reference");

  /**
   * Each spelling of a field with the name it stands for: ChirpStack's JSON of v4 and v3, and the
   * same in upper case, as ksqlDB writes names.
   */
  private static final Map<String, String> SPELLINGS = spellings();

  private FieldNames() {}

  private static Map<String, String> spellings() {
    Map<String, String> names = new HashMap<>();
    names.put("devEUI", "dev_eui");
    names.put("multicastGroupID", "multicast_group_id");
    names.put("applicationID", "application_id");
    names.put("jsonObject", "object");
    names.put("json_object", "object");
    for (Set<String> known : List.of(KNOWN, KNOWN_ELSEWHERE, WITHOUT_MEANING)) {
      for (String name : known) {
        names.put(name, name);
        names.put(camelCase(name), name);
      }
    }
    Map.copyOf(names).forEach((spelling, name) -> names.put(upperCase(spelling), name));
    return names;
  }

  private static String camelCase(String name) {
    StringBuilder camel = new StringBuilder();
    for (String word : name.split("_")) {
      camel.append(camel.isEmpty() ? word : upperCase(word.substring(0, 1)) + word.substring(1));
    }
    return camel.toString();
  }

  private static String upperCase(String text) {
    return text.toUpperCase(Locale.ROOT);
  }

  /** The name that a spelling stands for; null for none. */
  static String of(String spelling) {
    return SPELLINGS.get(spelling);
  }

  /** Whether a field is ignored. */
  static boolean isWithoutMeaning(String name) {
    return WITHOUT_MEANING.contains(name);
  }
}
