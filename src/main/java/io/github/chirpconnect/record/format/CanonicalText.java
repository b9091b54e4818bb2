package io.github.chirpconnect.record.format;

import com.fasterxml.jackson.core.io.NumberOutput;
import io.github.chirpconnect.record.json.CanonicalJson;
import io.github.chirpconnect.record.json.MessageMapping;
import io.github.chirpconnect.record.json.Times;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;

/**
 * Writes values of one schema as JSON text in the form of {@link CanonicalJson}: with the struct's
 * names, bytes in base64, a time as the text beside it, and without nulls. Made once for each
 * schema.
 */
final class CanonicalText {
  /** Text fields that contain JSON. */
  private static final Set<String> JSON =
      Set.of("object", "f_opts", "phy_payload", MessageMapping.UNKNOWN_FIELDS);

  private interface Writer {
    void write(Object value, StringBuilder out);
  }

  /**
   * @param name in quotes, with a colon
   * @param field whose value it is
   */
  private record Member(String name, Field field, Writer writer) {}

  private final Writer writer;

  private CanonicalText(Writer writer) {
    this.writer = writer;
  }

  static CanonicalText of(Schema schema) {
    return new CanonicalText(writer(schema));
  }

  /** Whether a text field contains JSON. */
  static boolean isIn(Field field) {
    return field.schema().type() == Schema.Type.STRING && JSON.contains(field.name());
  }

  /**
   * @param value not null
   */
  String of(Object value) {
    StringBuilder out = new StringBuilder();
    writer.write(value, out);
    return out.toString();
  }

  private static Writer writer(Schema schema) {
    if (Timestamp.LOGICAL_NAME.equals(schema.name())) {
      return (value, out) -> CanonicalJson.text(instant(value).toString(), out);
    }
    return switch (schema.type()) {
      case STRUCT -> message(schema);
      case ARRAY -> list(writer(schema.valueSchema()));
      case MAP -> map(writer(schema.valueSchema()));
      case STRING -> (value, out) -> CanonicalJson.text((String) value, out);
      case BYTES ->
          (value, out) ->
              CanonicalJson.text(Base64.getEncoder().encodeToString((byte[]) value), out);
      case FLOAT32 -> (value, out) -> CanonicalJson.number(widened((Float) value), out);
      case FLOAT64 -> (value, out) -> CanonicalJson.number((Double) value, out);
      default -> (value, out) -> out.append(value);
    };
  }

  private static Instant instant(Object time) {
    return ((Date) time).toInstant();
  }

  /** The double with the same decimal digits as the float. */
  private static double widened(float value) {
    return Double.parseDouble(NumberOutput.toString(value, true));
  }

  private static Writer message(Schema schema) {
    List<Member> members = new ArrayList<>();
    for (Field field : schema.fields()) {
      Field text = schema.field(field.name() + Times.TEXT_SUFFIX);
      if (text != null) {
        members.add(new Member(quoted(field), text, writer(text.schema())));
      } else if (!isTextOfTime(schema, field)) {
        Writer writer =
            isIn(field) ? (value, out) -> out.append((String) value) : writer(field.schema());
        members.add(new Member(quoted(field), field, writer));
      }
    }
    members.sort(Comparator.comparing(Member::name));
    return (value, out) -> write((Struct) value, members, out);
  }

  private static boolean isTextOfTime(Schema schema, Field field) {
    String name = field.name();
    return name.endsWith(Times.TEXT_SUFFIX)
        && schema.field(name.substring(0, name.length() - Times.TEXT_SUFFIX.length())) != null;
  }

  private static String quoted(Field field) {
    return '"' + field.name() + "\":";
  }

  private static void write(Struct message, List<Member> members, StringBuilder out) {
    out.append('{');
    int start = out.length();
    for (Member member : members) {
      Object value = message.get(member.field);
      if (value != null) {
        out.append(out.length() == start ? "" : ",").append(member.name);
        member.writer.write(value, out);
      }
    }
    out.append('}');
  }

  private static Writer list(Writer item) {
    return (value, out) -> {
      out.append('[');
      int start = out.length();
      for (Object one : (Collection<?>) value) {
        out.append(out.length() == start ? "" : ",");
        item.write(one, out);
      }
      out.append(']');
    };
  }

  private static Writer map(Writer item) {
    return (value, out) -> {
      out.append('{');
      int start = out.length();
      Map<Object, Object> sorted = new TreeMap<>((Map<?, ?>) value);
      sorted.forEach(
          (name, one) -> {
            out.append(out.length() == start ? "" : ",");
            CanonicalJson.text((String) name, out);
            out.append(':');
            item.write(one, out);
          });
      out.append('}');
    };
  }
}
