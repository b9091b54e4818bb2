package io.github.chirpconnect.simulator.codec;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;

/**
 * The codec of the recorded network. Uplinks hold a temperature in tenths in bytes 2 and 3 and a
 * humidity in halves in byte 6; objects {@code {"level": 7, "on": true}} become the bytes 1, on,
 * level.
 */
public final class LabCodec implements Codec {
  private static final int LENGTH = 7;

  /** The payload that {@link #decode} reads these values from. */
  public static byte[] payload(double temperature, double humidity) {
    int tenths = (int) Math.round(temperature * 10);
    int halves = (int) Math.round(humidity * 2);
    return new byte[] {1, 0x67, (byte) (tenths >> 8), (byte) tenths, 2, 0x68, (byte) halves};
  }

  @Override
  public ObjectNode decode(int fPort, byte[] data) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    if (data.length < LENGTH) {
      // The script computes with undefined: NaN, which JSON has as null.
      object.putNull("temperature").putNull("humidity");
    } else {
      object.put("temperature", ((data[2] & 0xff) << 8 | (data[3] & 0xff)) / 10.0);
      object.put("humidity", (data[6] & 0xff) / 2.0);
    }
    object.put("ok", true).put("label", "lab").putNull("nothing");
    object.putObject("nested").putArray("a").add(1.0).add(2.5).add("x");
    return object.put("port", (double) fPort);
  }

  @Override
  public byte[] encode(Struct object) {
    return new byte[] {1, (byte) (isTrue(object.getFieldsMap().get("on")) ? 1 : 0), level(object)};
  }

  private static byte level(Struct object) {
    Value level = object.getFieldsMap().get("level");
    if (level == null || level.hasNullValue()) {
      return 0;
    }
    if (!level.hasNumberValue()) {
      throw new CodecException(
          "Error converting from js 'float' into type 'u8': level is no number");
    }
    return (byte) Math.round(level.getNumberValue());
  }

  private static boolean isTrue(Value value) {
    if (value == null) {
      return false;
    }
    return switch (value.getKindCase()) {
      case BOOL_VALUE -> value.getBoolValue();
      case NUMBER_VALUE -> value.getNumberValue() != 0;
      case STRING_VALUE -> !value.getStringValue().isEmpty();
      case STRUCT_VALUE, LIST_VALUE -> true;
      case NULL_VALUE, KIND_NOT_SET -> false;
    };
  }
}
