package io.github.chirpconnect.api.v4.inventory;

/** The first releases of v4 with lists that those before did not have. */
public enum Release {
  /** Relay gateways. */
  V4_9("4.9"),
  /** Device profiles that belong to no tenant. */
  V4_16("4.16");

  private final String text;

  Release(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}
