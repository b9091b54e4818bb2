package io.github.chirpconnect.simulator.recorded;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.time.ManualTime;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/** The tokens that v3 was recorded with, made anew. */
final class CredentialsV3 {
  private static final String ORGANIZATION = "1";
  private static final String SECOND_ORGANIZATION = "2";
  private static final String APPLICATION = "1";

  private final Simulator simulator;
  private final ManualTime time;
  private final Map<String, String> tokens = new HashMap<>();

  CredentialsV3(Simulator simulator, ManualTime time) {
    this.simulator = simulator;
    this.time = time;
  }

  /** The authorization header; null for none. */
  String header(String name, String credential) {
    return switch (name) {
      case "auth-bare-token-without-bearer" -> token(credential);
      case "auth-lower-case-bearer" -> "bearer " + token(credential);
      case "auth-basic" -> "Basic dXNlcjpwYXNz";
      default ->
          switch (credential) {
            case "none" -> null;
            case "empty" -> "Bearer ";
            case "garbage" -> "Bearer not-a-token";
            default -> "Bearer " + token(credential);
          };
    };
  }

  String token(String credential) {
    return tokens.computeIfAbsent(credential, this::newToken);
  }

  private String newToken(String credential) {
    long now = time.now().getEpochSecond();
    ObjectNode claims = new ObjectMapper().createObjectNode();
    return switch (credential) {
      case "admin-key" -> simulator.adminKey();
      case "org-key" -> simulator.tenantKey(ORGANIZATION);
      case "second-org-key" -> simulator.tenantKey(SECOND_ORGANIZATION);
      case "application-key" -> simulator.applicationKey(APPLICATION);
      case "user-jwt" -> simulator.userToken();
      case "wrong-secret" -> simulator.foreignKey();
      case "expired-jwt" ->
          simulator.tokenWith(claims.put("exp", now - Duration.ofHours(1).toSeconds()));
      case "future-jwt" -> simulator.tokenWith(claims.put("nbf", now + 3600));
      case "wrong-audience" -> simulator.tokenWith(claims.put("aud", "other"));
      case "unknown-key-id" ->
          simulator.tokenWith(claims.put("api_key_id", "00000000-0000-0000-0000-000000000001"));
      case "wrong-alg" -> {
        String[] parts = simulator.adminKey().split("\\.", -1);
        String header = "{\"alg\":\"HS512\",\"typ\":\"JWT\"}";
        yield Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(header.getBytes(StandardCharsets.UTF_8))
            + "."
            + parts[1]
            + "."
            + parts[2];
      }
      case "deleted-key" -> {
        String key = simulator.newAdminKey();
        simulator.revoke(key);
        yield key;
      }
      default -> throw new IllegalArgumentException("unknown credential " + credential);
    };
  }
}
