package io.github.chirpconnect.simulator.network;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a gateway counted since it last said so.
 *
 * @param rxPackets received, also with a wrong checksum
 * @param txPackets given to it to send
 * @param rxPerFrequency by hertz, as {@code txPerFrequency}
 * @param txPerStatus by what became of a transmission, such as {@code OK}
 * @param bands what it sent in each band within the window of its duty cycle; empty: it does not
 *     track that
 */
public record GatewayStats(
    int rxPackets,
    int rxPacketsOk,
    int txPackets,
    int txPacketsEmitted,
    Map<Integer, Integer> rxPerFrequency,
    Map<Integer, Integer> txPerFrequency,
    Map<Integer, Integer> rxPerDataRate,
    Map<Integer, Integer> txPerDataRate,
    Map<String, Integer> txPerStatus,
    Duration window,
    List<Band> bands) {

  /**
   * A band of the regulation.
   *
   * @param fromHertz with {@code toHertz}, where it is
   * @param allowed to send within the window
   * @param used of that
   */
  public record Band(String name, int fromHertz, int toHertz, Duration allowed, Duration used) {}

  /** Counts of frames alone. */
  static final class Counter {
    private static final Duration WINDOW = Duration.ofHours(1);

    /** Of one frame, about. */
    private static final Duration AIR_TIME = Duration.ofMillis(60);

    private final Map<Integer, Integer> rxPerFrequency = new TreeMap<>();
    private final Map<Integer, Integer> txPerFrequency = new TreeMap<>();
    private final Map<Integer, Integer> rxPerDataRate = new TreeMap<>();
    private final Map<Integer, Integer> txPerDataRate = new TreeMap<>();
    private int received;
    private int sent;

    void received(Transmission frame) {
      received++;
      rxPerFrequency.merge(frame.hertz(), 1, Integer::sum);
      rxPerDataRate.merge(frame.dataRate(), 1, Integer::sum);
    }

    void sent(Transmission frame) {
      sent++;
      txPerFrequency.merge(frame.hertz(), 1, Integer::sum);
      txPerDataRate.merge(frame.dataRate(), 1, Integer::sum);
    }

    /** Of an hour, a tenth is allowed in the band that everything here is sent in. */
    GatewayStats stats() {
      Band band =
          new Band(
              "P", 869_400_000, 869_650_000, WINDOW.dividedBy(10), AIR_TIME.multipliedBy(sent));
      return new GatewayStats(
          received,
          received,
          sent,
          sent,
          Map.copyOf(rxPerFrequency),
          Map.copyOf(txPerFrequency),
          Map.copyOf(rxPerDataRate),
          Map.copyOf(txPerDataRate),
          sent == 0 ? Map.of() : Map.of("OK", sent),
          WINDOW,
          List.of(band));
    }
  }
}
