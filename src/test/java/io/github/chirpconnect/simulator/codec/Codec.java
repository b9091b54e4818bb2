package io.github.chirpconnect.simulator.codec;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Struct;

/** A device profile's payload codec. A profile without one (runtime NONE) has null in its place. */
public interface Codec {

  /**
   * The {@code object} of an up event; numbers as doubles, as ChirpStack writes them.
   *
   * @throws CodecException when the script throws
   */
  ObjectNode decode(int fPort, byte[] data);

  /**
   * The payload for the {@code object} of a queue item.
   *
   * @throws CodecException when the script throws; the server answers INTERNAL, in v3 UNKNOWN, with
   *     its text and queues nothing
   */
  byte[] encode(Struct object);

  /** What a script said when it failed. */
  final class CodecException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CodecException(String text) {
      super(text);
    }
  }
}
