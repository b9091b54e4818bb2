package io.github.chirpconnect.api;

/**
 * What the server gave in return for a queued downlink.
 *
 * @param queueItemId v4: the id that {@code txack} and {@code ack} events will name; null on v3
 * @param fCntDown v3: the frame counter, which the server may renumber; null on v4
 * @param remark what keeps the device from getting the payload that was meant, although it is
 *     queued; null for nothing that is known
 */
public record Receipt(String queueItemId, Long fCntDown, String remark) {
  /** Without a remark. */
  public Receipt(String queueItemId, Long fCntDown) {
    this(queueItemId, fCntDown, null);
  }

  /** With one remark more; null for none. */
  public Receipt with(String more) {
    if (more == null) {
      return this;
    }
    return new Receipt(queueItemId, fCntDown, remark == null ? more : remark + "; " + more);
  }
}
