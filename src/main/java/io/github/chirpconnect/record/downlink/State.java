package io.github.chirpconnect.record.downlink;

/** What becomes of a downlink, as far as events tell. The sink's outcomes have further states. */
public enum State {
  /** A gateway has taken it to send it. */
  SENT("sent"),
  ACKNOWLEDGED("acknowledged"),
  /** The device did not acknowledge it in time. The server does not send it again. */
  NOT_ACKNOWLEDGED("not-acknowledged"),
  /** The server dropped it, because it had expired. */
  EXPIRED("expired"),
  /** The server dropped it, or a gateway did not take it; the code says which. */
  REFUSED("refused"),
  /** It left its queue, and no event says why. */
  VANISHED("vanished");

  private final String text;

  State(String text) {
    this.text = text;
  }

  /** The text in records. */
  public String text() {
    return text;
  }
}
