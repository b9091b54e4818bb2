package io.github.chirpconnect.record.schema;

import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.record.json.MessageBuilder;
import io.github.chirpconnect.record.json.MessageMapping;
import io.github.chirpconnect.record.json.Times;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;

/**
 * The schema of one inventory dataset.
 *
 * @param idField its first field, which is also the record's key
 * @param content the fields that a fingerprint covers: all but the id and the deletion; a time
 *     includes its text
 * @param volatileByDefault those whose change alone is not worth a record, unless configured
 *     otherwise
 */
public record InventorySchema(
    Feed feed,
    MessageMapping message,
    String idField,
    Set<String> content,
    Set<String> volatileByDefault) {

  /** Whether the entity was deleted; false while it is listed. */
  public static final String DELETED = "deleted";

  /** When the deletion was found; null while it is listed. */
  public static final String DELETED_AT = "deleted_at";

  private static final Set<String> DELETION = Set.of(DELETED, DELETED_AT);

  /**
   * @param name the schema's, without the package
   */
  static MessageBuilder named(String name, String idField) {
    return MessageMapping.named(name).given(idField, Schema.STRING_SCHEMA);
  }

  /** The last fields of each schema. The record of a deletion has only these and the id. */
  static MessageBuilder deletion(MessageBuilder fields) {
    return fields.given(DELETED, Schema.OPTIONAL_BOOLEAN_SCHEMA).givenTime(DELETED_AT);
  }

  static InventorySchema of(Feed feed, MessageMapping message, String... volatileByDefault) {
    String idField = message.schema().fields().get(0).name();
    Set<String> content =
        message.schema().fields().stream()
            .map(Field::name)
            .filter(name -> !name.equals(idField) && !name.endsWith(Times.TEXT_SUFFIX))
            .filter(name -> !DELETION.contains(name))
            .collect(Collectors.toCollection(LinkedHashSet::new));
    return new InventorySchema(
        feed, message, idField, content, new LinkedHashSet<>(List.of(volatileByDefault)));
  }

  public Schema schema() {
    return message.schema();
  }

  /** After the prefix and a dot. */
  public String topic() {
    return feed.topics().get(0);
  }
}
