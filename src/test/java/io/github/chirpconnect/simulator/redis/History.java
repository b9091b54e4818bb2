package io.github.chirpconnect.simulator.redis;

/**
 * How much of a log is kept.
 *
 * @param entries at least so many; 0 switches the log off, as in ChirpStack's configuration
 * @param eventNode entries of an event log that Redis keeps in one node and trims together
 * @param frameNode the same for frame logs, whose entries are smaller
 */
public record History(int entries, int eventNode, int frameNode) {

  /**
   * As a server from 4.18 on trims: whole nodes of Redis (4096 bytes), so that at usual sizes a log
   * of ten events keeps 10 to 17 and a log of ten frames 10 to 25.
   */
  public static History byNodes(int entries) {
    return new History(entries, 8, 16);
  }

  /** As a server before 4.18 trims, and the easier one to assert by. */
  public static History exactly(int entries) {
    return new History(entries, 1, 1);
  }
}
