package io.github.chirpconnect.record.schema;

import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.record.json.MessageMapping;
import io.github.chirpconnect.record.json.Times;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;

/**
 * The form of one inventory dataset's records.
 *
 * @param idField the first field of its schema: the record's key as well
 * @param content the fields that a change can be in: all but the id; a time counts once, without
 *     its text
 * @param volatileByDefault those of them whose change alone is not worth a record, where the user
 *     says nothing else
 */
public record InventorySchema(
    Feed feed,
    MessageMapping message,
    String idField,
    Set<String> content,
    Set<String> volatileByDefault) {

  static InventorySchema of(Feed feed, MessageMapping message, String... volatileByDefault) {
    String idField = message.schema().fields().get(0).name();
    Set<String> content =
        message.schema().fields().stream()
            .map(Field::name)
            .filter(name -> !name.equals(idField) && !name.endsWith(Times.TEXT_SUFFIX))
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
