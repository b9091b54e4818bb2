package io.github.chirpconnect.simulator.v3;

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

/**
 * The tokens of v3: audience and issuer are {@code as}, and clocks may not differ at all. A refusal
 * has the text that stands behind {@code authentication failed: }.
 */
public final class ApiKeysV3 extends ApiKeys {
  private static final String SERVER = "as";

  private final Time time;

  public ApiKeysV3(byte[] secret, Time time, Supplier<UUID> ids) {
    super(secret, ids);
    this.time = time;
  }

  @Override
  public Claims verify(String token) {
    Jwt jwt = parsed(token);
    if (!jwt.isHs256()) {
      throw refused("invalid algorithm");
    }
    if (!isSigned(jwt)) {
      throw refused("signature is invalid");
    }
    JsonNode claims = jwt.claims();
    Instant now = time.now();
    if (claims.has("exp")) {
      Duration late = Duration.between(Instant.ofEpochSecond(claims.path("exp").asLong()), now);
      if (!late.isNegative() && !late.isZero()) {
        throw refused("token is expired by " + text(late));
      }
    }
    if (Instant.ofEpochSecond(claims.path("nbf").asLong()).isAfter(now)) {
      throw refused("token is not valid yet");
    }
    // Another audience is found out where rights are checked, and is nobody there.
    boolean forUs = claims.path("aud").asText().equals(SERVER);
    return claims.path("sub").asText().equals("user") && forUs
        ? new Claims.User()
        : new Claims.Key(forUs ? keyId(claims) : "");
  }

  private static Jwt parsed(String token) {
    try {
      return Jwt.parse(token);
    } catch (Jwt.MalformedException e) {
      throw refused(e.getMessage());
    }
  }

  /** As Go writes it: {@code 1h0m40s}. */
  private static String text(Duration duration) {
    String fraction =
        duration.toNanosPart() == 0
            ? ""
            : String.format("%.9f", duration.toNanosPart() / 1e9)
                .substring(1)
                .replaceAll("0+$", "");
    String text = duration.toSecondsPart() + fraction + "s";
    text = duration.toMinutes() > 0 ? duration.toMinutesPart() + "m" + text : text;
    return duration.toHours() > 0 ? duration.toHours() + "h" + text : text;
  }

  @Override
  protected ObjectNode keyClaims(String keyId) {
    return claims("api_key").put("api_key_id", keyId);
  }

  @Override
  protected ObjectNode userClaims(UUID userId, Instant expires) {
    return claims("user")
        .put("exp", expires.getEpochSecond())
        .put("id", 1)
        .put("username", "admin");
  }

  @Override
  protected String keyId(JsonNode claims) {
    return claims.path("api_key_id").asText();
  }

  private ObjectNode claims(String subject) {
    return Jwt.newClaims()
        .put("aud", SERVER)
        .put("iss", SERVER)
        .put("nbf", time.now().getEpochSecond())
        .put("sub", subject);
  }

  private static StatusRuntimeException refused(String text) {
    return Status.UNAUTHENTICATED.withDescription("jwt parse error: " + text).asRuntimeException();
  }
}
