package io.github.chirpconnect.config;

import java.util.regex.Pattern;

/** What an API key looks like. Messages never show the value. */
public final class Tokens {
  private static final Pattern JWT =
      Pattern.compile("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+");

  private Tokens() {}

  /**
   * @throws IllegalArgumentException when the value cannot be an API key; the message says why and
   *     never shows it
   */
  public static void check(String token) {
    Validators.require(
        !token.isBlank(),
        "is empty; create an API key in ChirpStack's web interface and put it here");
    Validators.require(
        !token.regionMatches(true, 0, "Bearer ", 0, 7),
        "write the API key alone, without 'Bearer ' before it");
    Validators.require(
        JWT.matcher(token).matches(),
        "is no API key: one is three parts of letters, digits, '-' and '_', joined by dots, without spaces or line ends");
  }
}
