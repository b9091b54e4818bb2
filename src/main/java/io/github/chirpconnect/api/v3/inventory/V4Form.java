package io.github.chirpconnect.api.v3.inventory;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Timestamp;
import io.github.chirpconnect.api.grpc.ProtoJson;

/** Writes v3's list items in v4's form. */
final class V4Form {
  private V4Form() {}

  /** A message: present only if it is set. */
  static void time(ObjectNode body, String field, boolean set, Timestamp time) {
    if (set) {
      body.put(field, ProtoJson.text(time));
    }
  }

  /** Fields that v3's list lacks: null, whereas an absent field of v4 is one that is not set. */
  static void unknown(ObjectNode body, String... fields) {
    for (String field : fields) {
      body.putNull(field);
    }
  }
}
