package io.github.chirpconnect.api;

/**
 * What the server returned for a queued downlink.
 *
 * @param queueItemId v4: the id that {@code txack} and {@code ack} events carry; null on v3, and
 *     for a multicast group
 * @param fCntDown v3: the frame counter, which the server may renumber; null for a device of v4.
 *     For a multicast group it stays
 * @param remark why the intended payload will not arrive although it is queued; null if no reason
 *     is known
 */
public record Receipt(String queueItemId, Long fCntDown, String remark) {
  /** Without a remark. */
  public Receipt(String queueItemId, Long fCntDown) {
    this(queueItemId, fCntDown, null);
  }

  /** Adds a remark; null adds none. */
  public Receipt with(String more) {
    if (more == null) {
      return this;
    }
    return new Receipt(queueItemId, fCntDown, remark == null ? more : remark + "; " + more);
  }
}
