package io.github.chirpconnect.api;

/** The logs that a server keeps for each device, and for each gateway. */
public enum LogKind {
  /**
   * What integrations see: up, join, ack, txack, status, log, location, and kinds not known yet.
   */
  EVENTS,
  /** LoRaWAN frames of a device as they went over the air, both directions. */
  FRAMES,
  /**
   * LoRaWAN frames that a gateway received or sent, those of unknown devices too. Payloads are
   * encrypted, and each entry has one reception.
   */
  GATEWAY_FRAMES
}
