package io.github.chirpconnect.channel.token;

/** Where the API key comes from. Safe for use by many threads. */
public interface TokenSource {

  /**
   * The API key to send now. May read a file; see {@link #immediate}.
   *
   * @throws TokenUnavailableException when there is none at this moment
   */
  String token() throws TokenUnavailableException;

  /** Whether {@link #token} answers from memory. */
  boolean immediate();

  /** The server refused the key: read it again before the next call. */
  void refused();

  /** Whether the key is in a file, and so can be replaced while a task runs. */
  boolean fromFile();
}
