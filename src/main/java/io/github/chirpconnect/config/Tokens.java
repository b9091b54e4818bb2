package io.github.chirpconnect.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/** What an API key looks like. Messages never show the value. */
public final class Tokens {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern JWT =
      Pattern.compile("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+");

  private static final Pattern HEADER = Pattern.compile("(?i)\\bbearer\\b:?\\s");
  private static final Pattern QUOTED = Pattern.compile("([\"']).*\\1", Pattern.DOTALL);

  private Tokens() {}

  /**
   * Why a token would not last, as what follows its name in a sentence; empty when it would. What a
   * user gets at login is taken by the server like an API key, until it expires.
   *
   * @param token one that {@link #check} accepts
   */
  static Optional<String> passing(String token) {
    JsonNode claims;
    try {
      claims = JSON.readTree(Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]));
    } catch (IOException | IllegalArgumentException e) {
      // Not for this side to judge: the server says what is wrong with it.
      return Optional.empty();
    }
    boolean user =
        claims.path("typ").asText("").equals("user")
            || claims.path("sub").asText("").equals("user");
    if (!user) {
      return Optional.empty();
    }
    return Optional.of(
        "is a user's login token, which expires"
            + expiry(claims.path("exp"))
            + "; create an API key in ChirpStack's web interface, which does not");
  }

  private static String expiry(JsonNode seconds) {
    try {
      return seconds.isIntegralNumber() && seconds.canConvertToLong()
          ? " at " + Instant.ofEpochSecond(seconds.longValue())
          : " soon";
    } catch (DateTimeException e) {
      return " one day";
    }
  }

  /**
   * @throws IllegalArgumentException when the value cannot be an API key; the message says why and
   *     never shows it
   */
  public static void check(String token) {
    Validators.require(
        !token.isBlank(),
        "is empty; create an API key in ChirpStack's web interface and put it here");
    Validators.require(
        !token.startsWith("${"),
        "is a reference to a config provider, which this worker did not replace; name the provider in the worker's"
            + " config.providers");
    Validators.require(
        !HEADER.matcher(token).find(), "write the API key alone, without 'Bearer ' before it");
    Validators.require(
        !QUOTED.matcher(token).matches(), "write the API key alone, without quotes around it");
    Validators.require(
        JWT.matcher(token).matches(),
        "is no API key: one is three parts of letters, digits, '-' and '_', joined by dots, without spaces or line ends");
  }
}
