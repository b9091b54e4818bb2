package io.github.chirpconnect.channel.token;

/**
 * There is no API key to send now: the token file is missing, unreadable, or holds something else.
 * The message names the path and the reason, never the content. It is the cause of the {@code
 * UNAUTHENTICATED} with which such a call ends; the call was not sent, and the next one reads the
 * file again.
 */
public final class TokenUnavailableException extends Exception {
  private static final long serialVersionUID = 1L;

  TokenUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
