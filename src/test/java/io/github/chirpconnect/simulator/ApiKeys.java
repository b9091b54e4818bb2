package io.github.chirpconnect.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes and checks tokens: JWTs signed with HS256, audience and issuer {@code chirpstack}. An API
 * key's token carries the key's id and nothing of its rights, which are looked up on each call.
 */
final class ApiKeys {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
  private static final String SERVER = "chirpstack";

  /** ChirpStack's JWT library grants clocks that differ a minute. */
  private static final Duration LEEWAY = Duration.ofSeconds(60);

  private final byte[] secret;
  private final Time time;
  private final Supplier<UUID> ids;
  private final Map<String, Caller> keys = new ConcurrentHashMap<>();

  ApiKeys(byte[] secret, Time time, Supplier<UUID> ids) {
    this.secret = secret.clone();
    this.time = time;
    this.ids = ids;
  }

  /** A token of a new key with these rights. */
  String create(Caller rights) {
    String id = ids.get().toString();
    keys.put(id, rights);
    return sign(claims("key", id), secret);
  }

  /** A token of the server's administrator, as a login gives. */
  String userToken(Instant expires) {
    return sign(claims("user", ids.get().toString()).put("exp", expires.getEpochSecond()), secret);
  }

  /** A token that looks well and that another server signed. */
  String foreignToken() {
    return sign(
        claims("key", ids.get().toString()), "another secret".getBytes(StandardCharsets.UTF_8));
  }

  void revoke(String token) {
    keys.remove(
        read(token.substring(token.indexOf('.') + 1, token.lastIndexOf('.'))).path("sub").asText());
  }

  /**
   * What a token says about who calls.
   *
   * @throws StatusRuntimeException UNAUTHENTICATED with the word of the JWT library for what is
   *     wrong with it
   */
  Claims verify(String token) {
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3) {
      throw refused("InvalidToken");
    }
    JsonNode header = read(parts[0]);
    if (!header.path("alg").asText().equals("HS256")) {
      throw refused("InvalidAlgorithm");
    }
    byte[] expected = signature(parts[0] + "." + parts[1], secret).getBytes(StandardCharsets.UTF_8);
    if (!MessageDigest.isEqual(expected, parts[2].getBytes(StandardCharsets.UTF_8))) {
      throw refused("InvalidSignature");
    }
    JsonNode claims = read(parts[1]);
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
    return claims(claims);
  }

  private static Claims claims(JsonNode json) {
    String type = json.path("typ").asText();
    String subject = json.path("sub").asText();
    return switch (type) {
      case "user" -> new Claims.User();
      case "key" -> new Claims.Key(keyId(subject));
      default -> throw refused("invalid token typ: " + type);
    };
  }

  private static String keyId(String subject) {
    try {
      return Arguments.uuid(subject);
    } catch (StatusRuntimeException e) {
      throw refused(e.getStatus().getDescription());
    }
  }

  /** The rights of the caller now; null when the key is gone. */
  Caller rights(Claims.Key key) {
    return keys.get(key.id());
  }

  private static ObjectNode claims(String type, String subject) {
    return JSON.createObjectNode()
        .put("aud", SERVER)
        .put("iss", SERVER)
        .put("sub", subject)
        .put("typ", type);
  }

  private static String sign(ObjectNode claims, byte[] secret) {
    String signed =
        encode(JSON.createObjectNode().put("typ", "JWT").put("alg", "HS256"))
            + "."
            + encode(claims);
    return signed + "." + signature(signed, secret);
  }

  private static String encode(ObjectNode json) {
    try {
      return BASE64.encodeToString(JSON.writeValueAsBytes(json));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON object could not be written", e);
    }
  }

  private static JsonNode read(String part) {
    try {
      return JSON.readTree(Base64.getUrlDecoder().decode(part));
    } catch (IllegalArgumentException | IOException e) {
      throw refused("InvalidToken");
    }
  }

  private static String signature(String signed, byte[] secret) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      return BASE64.encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HmacSHA256", e);
    }
  }

  private static StatusRuntimeException refused(String text) {
    return Status.UNAUTHENTICATED.withDescription(text).asRuntimeException();
  }
}
