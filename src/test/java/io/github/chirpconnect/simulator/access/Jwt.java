package io.github.chirpconnect.simulator.access;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A JSON web token, taken apart.
 *
 * @param signed what the signature is of
 */
public record Jwt(JsonNode header, JsonNode claims, String signed, String signature) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  /** A text that is no token. */
  public static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedException(String text) {
      super(text);
    }
  }

  public static ObjectNode newClaims() {
    return JSON.createObjectNode();
  }

  /** A token signed with HS256. */
  static String sign(ObjectNode claims, byte[] secret) {
    String signed =
        encode(JSON.createObjectNode().put("typ", "JWT").put("alg", "HS256"))
            + "."
            + encode(claims);
    return signed + "." + hs256(signed, secret);
  }

  public static Jwt parse(String token) throws MalformedException {
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3) {
      throw new MalformedException("token contains an invalid number of segments");
    }
    return new Jwt(read(parts[0]), read(parts[1]), parts[0] + "." + parts[1], parts[2]);
  }

  public boolean isHs256() {
    return header.path("alg").asText().equals("HS256");
  }

  boolean isSignedWith(byte[] secret) {
    return MessageDigest.isEqual(
        hs256(signed, secret).getBytes(StandardCharsets.UTF_8),
        signature.getBytes(StandardCharsets.UTF_8));
  }

  private static String encode(ObjectNode json) {
    try {
      return BASE64.encodeToString(JSON.writeValueAsBytes(json));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON object could not be written", e);
    }
  }

  private static JsonNode read(String part) throws MalformedException {
    try {
      return JSON.readTree(Base64.getUrlDecoder().decode(part));
    } catch (IllegalArgumentException | IOException e) {
      throw new MalformedException("a part of the token is no JSON in base64");
    }
  }

  private static String hs256(String signed, byte[] secret) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      return BASE64.encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HmacSHA256", e);
    }
  }
}
