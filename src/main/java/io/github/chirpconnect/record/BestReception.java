package io.github.chirpconnect.record;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.data.Struct;

/**
 * Chooses the reception that represents an uplink where there is room for only one: the one with
 * the highest SNR; of several, the highest RSSI; then the lowest gateway id. So it does not depend
 * on the order of the server's list. Receptions without an SNR come last.
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
   * @param rxInfo {@code rx_info} of a record; may be null
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
