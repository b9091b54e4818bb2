package io.github.chirpconnect.warehouse;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Struct;
import io.github.chirpconnect.proto.v4.common.Location;
import io.github.chirpconnect.simulator.codec.Codec;
import io.github.chirpconnect.simulator.network.Network;
import java.util.List;
import java.util.Map;

/**
 * A device whose codec says what databases have no room for, or take for something else: U+0000,
 * names that collide, are columns, words of SQL or empty, depth, and hundreds of values.
 */
final class HostileDevice {
  static final String DEV_EUI = "0a0b0c0d000000dd";

  private static final String TAKEN = "on\ufffd\ufffd";
  private static final int DEPTH = 60;
  private static final int MANY = 300;

  private HostileDevice() {}

  /** It sends two uplinks, and its codec fails once. In a tenant of its own, with a gateway. */
  static void speakIn(Network network) {
    String tenant = network.addTenant("strangers", Map.of());
    String application = network.addApplication(tenant, "strange things", Map.of());
    network.addGateway(tenant, "00ef76829d3000dd", "mast", Location.getDefaultInstance());
    String profile =
        network.addDeviceProfile(tenant, "hostile", false, Map.of(), new HostileCodec());
    network.addDevice(DEV_EUI, application, profile, "select \"x'; --");
    network.updateDevice(
        DEV_EUI, device -> device.putTags("dev_eui", "x").putTags("a.b", "y").putTags("", "z"));
    network.uplink(DEV_EUI, 10, new byte[] {1});
    network.uplink(DEV_EUI, 10, new byte[] {2});
    network.log(DEV_EUI, "ERROR", "UPLINK_CODEC", "JS error: on\0\0", Map.of("a\0", "b\0"));
  }

  /** Its rows are there, and a query that reads the JSON of all rows still finds its way. */
  static void assertRows(PostgreSql database) {
    List<JsonNode> texts =
        database.rows(
            "SELECT object ->> 'Text' AS said, (object ->> 'temperature')::float8 AS temperature"
                + " FROM chirpstack_device_up");
    assertThat(texts)
        .filteredOn(row -> row.path("said").asText().equals(TAKEN))
        .hasSize(2)
        .allMatch(row -> row.path("temperature").isNull());
    assertThat(texts).anyMatch(row -> row.path("temperature").isNumber());
    assertThat(
            database.rows(
                "SELECT description, context FROM chirpstack_device_log WHERE dev_eui = '"
                    + DEV_EUI
                    + "'"))
        .singleElement()
        .satisfies(
            row -> assertThat(row.path("description").asText()).isEqualTo("JS error: " + TAKEN));
    assertThat(
            database.rows(
                "SELECT text FROM chirpstack_measurements WHERE name = 'Text' AND dev_eui = '"
                    + DEV_EUI
                    + "'"))
        .extracting(row -> row.path("text").asText())
        .containsExactly(TAKEN, TAKEN);
  }

  private static final class HostileCodec implements Codec {
    @Override
    public ObjectNode decode(int fPort, byte[] data) {
      ObjectNode object = JsonNodeFactory.instance.objectNode();
      object.put("Text", "on\0\0").put("a\0b", 1.0).put("", 2.0).put("select", 3.0);
      object.put("a.b", 1.0).putObject("a").put("b", 2.0);
      object.put("value", 1.0).put("Value", 2.0).put("dev_eui", "x").put("time", "y");
      object.put("large", 1e300).put("small", Double.MIN_VALUE).put("long", "x".repeat(10_000));
      object.putArray("list").add(1.0).add(1.0).addNull().addObject().put("b.c", 1.0);
      ObjectNode deep = object.putObject("deep");
      for (int level = 0; level < DEPTH; level++) {
        deep = deep.putObject("d");
      }
      ObjectNode many = object.putObject("many");
      for (int i = 0; i < MANY; i++) {
        many.put("v" + i, i + 0.5);
      }
      return object;
    }

    @Override
    public byte[] encode(Struct object) {
      throw new CodecException("it only sends");
    }
  }
}
