package io.github.chirpconnect.channel.token;

/**
 * There is no API key to send at this moment: the token file is missing, can't be read, or holds
 * something else. The message names the path and the reason, and never shows the content. It is the
 * cause of the {@code UNAUTHENTICATED} that such a call ends with; the call never left this
 * machine, and the next one looks again.
 */
public final class TokenUnavailableException extends Exception {
  private static final long serialVersionUID = 1L;

  TokenUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
