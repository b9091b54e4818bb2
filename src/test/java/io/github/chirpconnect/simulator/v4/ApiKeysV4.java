package io.github.chirpconnect.simulator.v4;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.simulator.access.ApiKeys;
import io.github.chirpconnect.simulator.access.Claims;
import io.github.chirpconnect.simulator.access.Jwt;
import io.github.chirpconnect.simulator.time.Time;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Supplier;

/** The tokens of v4: audience and issuer are {@code chirpstack}. */
public final class ApiKeysV4 extends ApiKeys {
  private static final String SERVER = "chirpstack";

  /** ChirpStack's JWT library grants clocks that differ a minute. */
  private static final Duration LEEWAY = Duration.ofSeconds(60);

  private final Time time;

  public ApiKeysV4(byte[] secret, Time time, Supplier<UUID> ids) {
    super(secret, ids);
    this.time = time;
  }

  @Override
  public Claims verify(String token) {
    Jwt jwt = parsed(token);
    if (!jwt.isHs256()) {
      throw refused("InvalidAlgorithm");
    }
    if (!isSigned(jwt)) {
      throw refused("InvalidSignature");
    }
    JsonNode claims = jwt.claims();
    if (claims.has("exp")
        && claims.path("exp").asLong() < time.now().minus(LEEWAY).getEpochSecond()) {
      throw refused("ExpiredSignature");
    }
    if (!claims.path("iss").asText().equals(SERVER)) {
      throw refused("InvalidIssuer");
    }
    if (!claims.path("aud").asText().equals(SERVER)) {
      throw refused("InvalidAudience");
    }
    String type = claims.path("typ").asText();
    return switch (type) {
      case "user" -> new Claims.User();
      case "key" -> new Claims.Key(uuid(keyId(claims)));
      default -> throw refused("invalid token typ: " + type);
    };
  }

  private static Jwt parsed(String token) {
    try {
      return Jwt.parse(token);
    } catch (Jwt.MalformedException e) {
      throw refused("InvalidToken");
    }
  }

  private static String uuid(String subject) {
    try {
      return Arguments.uuid(subject);
    } catch (StatusRuntimeException e) {
      throw refused(e.getStatus().getDescription());
    }
  }

  @Override
  protected ObjectNode keyClaims(String keyId) {
    return claims("key", keyId);
  }

  @Override
  protected ObjectNode userClaims(UUID userId, Instant expires) {
    return claims("user", userId.toString()).put("exp", expires.getEpochSecond());
  }

  @Override
  protected String keyId(JsonNode claims) {
    return claims.path("sub").asText();
  }

  private static ObjectNode claims(String type, String subject) {
    return Jwt.newClaims()
        .put("aud", SERVER)
        .put("iss", SERVER)
        .put("sub", subject)
        .put("typ", type);
  }

  private static StatusRuntimeException refused(String text) {
    return Status.UNAUTHENTICATED.withDescription(text).asRuntimeException();
  }
}
