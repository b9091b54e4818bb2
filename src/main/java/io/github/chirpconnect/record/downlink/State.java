package io.github.chirpconnect.record.downlink;

/** What becomes of a downlink, as far as events tell. The sink's outcomes have further states. */
public enum State {
  /** A gateway has taken it to send it. */
  SENT("sent"),
  ACKNOWLEDGED("acknowledged"),
  /** The device was to acknowledge it and did not. The server does not send it again. */
  NOT_ACKNOWLEDGED("not-acknowledged"),
  /** The server dropped it: its time was over. */
  EXPIRED("expired"),
  /** The server dropped it, or a gateway did not take it; the code says which. */
  REFUSED("refused"),
  /** It left its queue, and no event tells why. */
  VANISHED("vanished");

  private final String text;

  State(String text) {
    this.text = text;
  }

  /** As in records. */
  public String text() {
    return text;
  }
}
