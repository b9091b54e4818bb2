package io.github.chirpconnect.record;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.data.Struct;

/**
 * Which of the gateways that received an uplink stands for it where there is room for one: that of
 * the highest SNR, of several the one with the highest RSSI, then the one with the lowest id. So it
 * does not depend on the order in which a server lists them. A reception that does not say its SNR
 * comes after all that do.
 */
public final class BestReception {
  private static final Comparator<Struct> BY_QUALITY =
      highest("snr")
          .thenComparing(highest("rssi"))
          .thenComparing(
              reception -> reception.getString("gateway_id"),
              Comparator.nullsLast(Comparator.naturalOrder()));

  private BestReception() {}

  /**
   * @param rxInfo as a record's {@code rx_info} has them; may be null
   */
  public static Optional<Struct> of(List<Struct> rxInfo) {
    return rxInfo == null ? Optional.empty() : rxInfo.stream().min(BY_QUALITY);
  }

  private static Comparator<Struct> highest(String field) {
    return Comparator.comparing(
        reception -> (Number) reception.get(field),
        Comparator.nullsLast(Comparator.comparingDouble(Number::doubleValue).reversed()));
  }
}
