package io.github.chirpconnect.api;

/** The logs that a server keeps for each device. */
public enum LogKind {
  /**
   * What integrations see: up, join, ack, txack, status, log, location, and kinds not known yet.
   */
  EVENTS,
  /** LoRaWAN frames as they went over the air, both directions. */
  FRAMES
}
