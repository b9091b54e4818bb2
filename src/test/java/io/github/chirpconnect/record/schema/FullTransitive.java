package io.github.chirpconnect.record.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;

/**
 * What a registry that is set to FULL_TRANSITIVE takes, in Avro and in Protobuf alike: a new
 * version has new scalars, each at the end and optional, and is else the same.
 *
 * <p>Protobuf is the stricter of the two. Its fields have numbers, by their order; and a message or
 * map that is new is one that is removed for who reads the other way round.
 */
final class FullTransitive {
  private final List<String> breaks = new ArrayList<>();

  private FullTransitive() {}

  /** What is wrong with a schema beside one that was released before it; empty for nothing. */
  static List<String> breaks(Schema released, Schema present) {
    FullTransitive judge = new FullTransitive();
    judge.compare(released, present, String.valueOf(released.name()));
    return judge.breaks;
  }

  private void compare(Schema released, Schema present, String path) {
    same(released.type(), present.type(), path + ": type");
    same(released.name(), present.name(), path + ": schema name");
    same(released.isOptional(), present.isOptional(), path + ": optional");
    same(released.defaultValue(), present.defaultValue(), path + ": default");
    if (released.type() != present.type()) {
      return;
    }
    switch (released.type()) {
      case STRUCT -> compareFields(released, present, path);
      case ARRAY -> compare(released.valueSchema(), present.valueSchema(), path + "[]");
      case MAP -> {
        same(released.version(), present.version(), path + ": version");
        compare(released.keySchema(), present.keySchema(), path + "{key}");
        compare(released.valueSchema(), present.valueSchema(), path + "{value}");
      }
      default -> same(released.version(), present.version(), path + ": version");
    }
  }

  private void compareFields(Schema released, Schema present, String path) {
    List<Field> before = released.fields();
    List<Field> now = present.fields();
    version(released, present, before.equals(now), path);
    for (int i = 0; i < before.size(); i++) {
      Field field = before.get(i);
      String at = path + "." + field.name();
      Field found = present.field(field.name());
      if (found == null) {
        breaks.add(at + ": is gone");
      } else {
        if (found.index() != i) {
          breaks.add(at + ": was field " + i + ", and is field " + found.index());
        }
        compare(field.schema(), found.schema(), at);
      }
    }
    for (Field field : now) {
      if (released.field(field.name()) == null) {
        added(field, path + "." + field.name());
      }
    }
  }

  private void added(Field field, String path) {
    if (!field.schema().isOptional()) {
      breaks.add(path + ": is new and required");
    }
    if (!field.schema().type().isPrimitive()) {
      breaks.add(path + ": is new and no scalar, but " + field.schema().type());
    }
  }

  private void version(Schema released, Schema present, boolean equal, String path) {
    int before = released.version();
    int now = present.version();
    if (equal ? now != before : now <= before) {
      breaks.add(
          path + (equal ? ": the same" : ": another") + " in version " + now + " after " + before);
    }
  }

  private void same(Object released, Object present, String what) {
    if (!Objects.equals(released, present)) {
      breaks.add(what + " was " + released + ", and is " + present);
    }
  }
}
