package io.github.chirpconnect.simulator.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpc.StatusRuntimeException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Makes and checks tokens: JWTs signed with HS256. An API key's token carries the key's id and
 * nothing of its rights, which are looked up on each call.
 */
public abstract class ApiKeys {
  private final byte[] secret;
  private final Supplier<UUID> ids;
  private final Map<String, Caller> keys = new ConcurrentHashMap<>();

  public ApiKeys(byte[] secret, Supplier<UUID> ids) {
    this.secret = secret.clone();
    this.ids = ids;
  }

  /** A token of a new key with these rights. */
  public final String create(Caller rights) {
    String id = ids.get().toString();
    keys.put(id, rights);
    return Jwt.sign(keyClaims(id), secret);
  }

  /** A token of the server's administrator, as a login gives. */
  public final String userToken(Instant expires) {
    return Jwt.sign(userClaims(ids.get(), expires), secret);
  }

  /** A token that looks well and that another server signed. */
  public final String foreignToken() {
    return Jwt.sign(
        keyClaims(ids.get().toString()), "another secret".getBytes(StandardCharsets.UTF_8));
  }

  /** A token of a new admin key with claims of one's own on top. */
  public final String tokenWith(ObjectNode claims) {
    String id = ids.get().toString();
    keys.put(id, Caller.ADMIN);
    return Jwt.sign(keyClaims(id).setAll(claims), secret);
  }

  public final void revoke(String token) {
    try {
      keys.remove(keyId(Jwt.parse(token).claims()));
    } catch (Jwt.MalformedException e) {
      throw new IllegalArgumentException("no token of a key", e);
    }
  }

  /** The rights of the caller now; null when the key is gone. */
  public final Caller rights(Claims.Key key) {
    return keys.get(key.id());
  }

  protected final boolean isSigned(Jwt token) {
    return token.isSignedWith(secret);
  }

  /**
   * What a token says about who calls.
   *
   * @throws StatusRuntimeException UNAUTHENTICATED with the word of the JWT library for what is
   *     wrong with it
   */
  public abstract Claims verify(String token);

  protected abstract ObjectNode keyClaims(String keyId);

  protected abstract ObjectNode userClaims(UUID userId, Instant expires);

  protected abstract String keyId(JsonNode claims);
}
