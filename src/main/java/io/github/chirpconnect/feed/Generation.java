package io.github.chirpconnect.feed;

/** The generation of a ChirpStack server: the two share names, and are not wire compatible. */
public enum Generation {
  V3("v3"),
  V4("v4");

  private final String text;

  Generation(String text) {
    this.text = text;
  }

  /**
   * As configured ({@code chirpstack.api.version}) and as sent in the header {@code
   * chirpstack.api}.
   */
  @Override
  public String toString() {
    return text;
  }
}
