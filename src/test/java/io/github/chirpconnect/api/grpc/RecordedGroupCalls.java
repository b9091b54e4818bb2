package io.github.chirpconnect.api.grpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.Downlink;
import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.golden.Golden;
import io.grpc.Status;
import java.time.Instant;
import java.util.Base64;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** Recorded calls about multicast groups, and what the port makes of them, for both generations. */
public final class RecordedGroupCalls {
  private RecordedGroupCalls() {}

  /** Answers as the server did. */
  public static <A> A answer(Golden.Call call, Parser<A> parser) {
    if (!call.code().equals("OK")) {
      throw ScriptedServer.status(Status.Code.valueOf(call.code()), call.detail());
    }
    try {
      return parser.parseFrom(call.messages().get(0).bytes());
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  /** The downlink of a recorded item. */
  public static Downlink downlink(JsonNode item) {
    return new Downlink(
        Target.group(item.path("multicast_group_id").asText()),
        item.path("f_port").asInt(),
        false,
        data(item),
        null,
        instant(item.path("expires_at")),
        null,
        false);
  }

  public static byte[] data(JsonNode item) {
    return Base64.getDecoder().decode(item.path("data").asText());
  }

  /** Null for a field that is not there. */
  public static Instant instant(JsonNode text) {
    return text.isMissingNode() ? null : Instant.parse(text.asText());
  }

  public static <A> A get(CompletionStage<A> stage) throws Exception {
    return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  public static ApiException failure(CompletionStage<?> stage) throws Exception {
    try {
      Object answer = get(stage);
      throw new AssertionError("accepted: " + answer);
    } catch (ExecutionException e) {
      return (ApiException) e.getCause();
    }
  }
}
