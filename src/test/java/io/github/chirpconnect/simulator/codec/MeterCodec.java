package io.github.chirpconnect.simulator.codec;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;

/**
 * The codec of the recorded network of v3. Uplinks hold a temperature in hundredths and a count;
 * objects {@code {"temperature": 21.5}} become two bytes. Both directions can be made to fail.
 */
public final class MeterCodec implements Codec {
  private static final int FAILS = 0xff;

  @Override
  public ObjectNode decode(int fPort, byte[] data) {
    if (data.length > 0 && (data[0] & 0xff) == FAILS) {
      throw new CodecException("bad payload");
    }
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("temperature", (at(data, 0) << 8 | at(data, 1)) / 100.0);
    if (data.length > 2) {
      object.put("count", (double) at(data, 2));
    }
    return object.put("port", (double) fPort).put("secretless", "");
  }

  private static int at(byte[] data, int index) {
    return index < data.length ? data[index] & 0xff : 0;
  }

  @Override
  public byte[] encode(Struct object) {
    if (object.getFieldsOrDefault("fail", Value.getDefaultInstance()).getBoolValue()) {
      throw new CodecException("encode failed");
    }
    // Without the field the script computes with NaN, which becomes zero.
    double temperature =
        object.getFieldsOrDefault("temperature", Value.getDefaultInstance()).getNumberValue();
    int hundredths = (int) Math.round(temperature * 100);
    return new byte[] {(byte) (hundredths >> 8), (byte) hundredths};
  }
}
