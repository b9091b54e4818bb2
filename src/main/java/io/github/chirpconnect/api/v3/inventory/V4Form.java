package io.github.chirpconnect.api.v3.inventory;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Timestamp;
import io.github.chirpconnect.api.grpc.ProtoJson;

/** Writes what v3 lists in v4's form. */
final class V4Form {
  private V4Form() {}

  /** A message: there only where it is set. */
  static void time(ObjectNode body, String field, boolean set, Timestamp time) {
    if (set) {
      body.put(field, ProtoJson.text(time));
    }
  }

  /**
   * Fields that v3's list does not have: null, while an absent field of v4 is one that is not set.
   */
  static void unknown(ObjectNode body, String... fields) {
    for (String field : fields) {
      body.putNull(field);
    }
  }
}
