package io.github.chirpconnect.api;

/** The logs that a server keeps for each device, and for each gateway. */
public enum LogKind {
  /**
   * The events that integrations get: up, join, ack, txack, status, log, location, and kinds not
   * known yet.
   */
  EVENTS,
  /** LoRaWAN frames of a device as they went over the air, in both directions. */
  FRAMES,
  /**
   * LoRaWAN frames that a gateway received or sent, those of unknown devices included. Payloads are
   * encrypted, and each entry has one reception.
   */
  GATEWAY_FRAMES
}
