package io.github.chirpconnect.simulator.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.feed.Generation;
import io.grpc.Status;

/** What grpc-gateway writes in place of an answer. */
final class RestErrors {
  private RestErrors() {}

  /** v1 of grpc-gateway, in v3, says the text twice. */
  static ObjectNode unary(Generation generation, Status status) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    if (generation == Generation.V3) {
      json.put("error", text(status));
    }
    json.put("code", status.getCode().value()).put("message", text(status)).putArray("details");
    return json;
  }

  /** On the path of a stream, as an answer of its own or as the last line. */
  static ObjectNode stream(Status status) {
    int http = HttpCodes.of(status.getCode());
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putObject("error")
        .put("grpcCode", status.getCode().value())
        .put("httpCode", http)
        .put("message", text(status))
        .put("httpStatus", HttpCodes.name(http))
        .putArray("details");
    return json;
  }

  static String text(Status status) {
    if (status.getCode() == Status.Code.DEADLINE_EXCEEDED) {
      return "context deadline exceeded";
    }
    return status.getDescription() == null ? "" : status.getDescription();
  }
}
