package io.github.chirpconnect.record;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.record.json.MessageBuilder;
import io.github.chirpconnect.record.json.MessageMapping.Reading;
import io.github.chirpconnect.record.json.Times;
import io.github.chirpconnect.record.key.Key;
import io.github.chirpconnect.record.schema.InventorySchema;
import io.github.chirpconnect.record.schema.InventorySchemas;
import io.github.chirpconnect.record.schema.KeySchemas;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;

/**
 * The last record of a deleted entity. It has the id and its parts, and when the deletion was
 * found; all other fields are null, and lists are empty.
 */
final class LastRecord {
  private LastRecord() {}

  static Mapped of(Deletion deletion) {
    InventorySchema inventory = InventorySchemas.of(deletion.feed());
    Struct value =
        inventory.message().read(JsonNodeFactory.instance.objectNode(), new Reading(false));
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    put(inventory.idField(), deletion.id(), value, body);
    Key key = Key.of(deletion.feed(), deletion.id());
    for (Field field : KeySchemas.of(deletion.feed()).fields()) {
      put(field.name(), (String) key.parts().get(field.index()), value, body);
    }
    value.put(InventorySchema.DELETED, true);
    Times.put(value, value.schema().field(InventorySchema.DELETED_AT), deletion.at());
    body.put(InventorySchema.DELETED, true);
    body.put(MessageBuilder.camelCase(InventorySchema.DELETED_AT), deletion.at().toString());
    return new Mapped(deletion.feed(), null, inventory.topic(), Place.NONE, value, () -> body);
  }

  private static void put(String field, String text, Struct value, ObjectNode body) {
    value.put(field, text);
    body.put(MessageBuilder.camelCase(field), text);
  }
}
