package io.github.chirpconnect.record;

import io.github.chirpconnect.api.Device;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.record.json.Times;
import io.github.chirpconnect.record.schema.InventorySchemas;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/** A device of the inventory as a struct, and its fingerprint. */
final class DeviceRecords {
  /** Counts on when the same device would get another fingerprint: all are then written again. */
  private static final String FINGERPRINT_VERSION = "1";

  private static final Schema SCHEMA = InventorySchemas.of(Feed.DEVICES).schema();

  private static final int FINGERPRINT_BYTES = 8;

  /** Where a length would be, so that no text can be taken for it. */
  private static final byte[] END = {-1, -1, -1, -1};

  /** The fields that a fingerprint can leave out: all but the id, which is not content. */
  static final Set<String> CONTENT =
      SCHEMA.fields().stream()
          .map(Field::name)
          .filter(name -> !name.equals("dev_eui") && !name.endsWith(Times.TEXT_SUFFIX))
          .collect(Collectors.toCollection(LinkedHashSet::new));

  private DeviceRecords() {}

  static Struct struct(Device device) {
    Schema schema = SCHEMA;
    Struct struct =
        new Struct(schema)
            .put("dev_eui", device.devEui())
            .put("name", device.name())
            .put("description", device.description())
            .put("tenant_id", device.tenantId())
            .put("tenant_name", device.tenantName())
            .put("application_id", device.applicationId())
            .put("application_name", device.applicationName())
            .put("device_profile_id", device.deviceProfileId())
            .put("device_profile_name", device.deviceProfileName())
            .put("device_status", status(device.status()))
            .put("tags", device.tags() == null ? null : new TreeMap<>(device.tags()));
    Times.put(struct, schema.field("created_at"), device.createdAt());
    Times.put(struct, schema.field("updated_at"), device.updatedAt());
    Times.put(struct, schema.field("last_seen_at"), device.lastSeenAt());
    return struct;
  }

  private static Struct status(Device.Status status) {
    return status == null
        ? null
        : new Struct(SCHEMA.field("device_status").schema())
            .put("margin", status.margin())
            .put("external_power_source", status.externalPowerSource())
            .put("battery_level", finite(status.batteryLevel()));
  }

  private static Float finite(Float number) {
    return number == null || !Float.isFinite(number) ? null : number;
  }

  /**
   * Names and values of all fields that are there, in the schema's order; maps by key. A field that
   * is added to the schema later changes nothing as long as it is null.
   */
  static String fingerprint(Device device, Set<String> volatileFields) {
    if (!CONTENT.containsAll(volatileFields)) {
      Set<String> unknown = new TreeSet<>(volatileFields);
      unknown.removeAll(CONTENT);
      throw new IllegalArgumentException(
          "the devices feed has no field "
              + "'"
              + String.join("', '", unknown)
              + "'"
              + "; choose from "
              + String.join(", ", CONTENT));
    }
    MessageDigest digest = sha256();
    Struct struct = struct(device);
    for (Field field : SCHEMA.fields()) {
      if (!volatileFields.contains(contentName(field.name()))) {
        add(digest, field.name(), struct.get(field));
      }
    }
    byte[] first = Arrays.copyOf(digest.digest(), FINGERPRINT_BYTES);
    return FINGERPRINT_VERSION + Base64.getUrlEncoder().withoutPadding().encodeToString(first);
  }

  private static String contentName(String field) {
    return field.endsWith(Times.TEXT_SUFFIX)
        ? field.substring(0, field.length() - Times.TEXT_SUFFIX.length())
        : field;
  }

  private static void add(MessageDigest digest, String name, Object value) {
    if (value == null || value instanceof Date) {
      return; // a time counts by its text, which has all digits
    }
    add(digest, name);
    if (value instanceof Struct struct) {
      List<Field> fields = struct.schema().fields();
      fields.forEach(field -> add(digest, field.name(), struct.get(field)));
      digest.update(END);
    } else if (value instanceof Map<?, ?> map) {
      map.forEach((key, item) -> add(digest, (String) key, item));
      digest.update(END);
    } else if (value instanceof Float number) {
      add(
          digest,
          Integer.toHexString(Float.floatToIntBits(number))); // Java versions differ in text
    } else {
      add(digest, value.toString());
    }
  }

  /** With its length, so that no two devices' texts run into the same bytes. */
  private static void add(MessageDigest digest, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(4).putInt(bytes.length).flip());
    digest.update(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
