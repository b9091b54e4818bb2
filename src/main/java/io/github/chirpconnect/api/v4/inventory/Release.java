package io.github.chirpconnect.api.v4.inventory;

/** Releases of v4 that added lists. */
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
