package io.github.chirpconnect.simulator.database;

import com.google.protobuf.Timestamp;
import io.github.chirpconnect.proto.v4.GatewayListItem;
import io.github.chirpconnect.proto.v4.GatewayState;
import io.github.chirpconnect.simulator.time.Moments;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** A gateway's row. Guarded by the lock of the {@link Inventory} that it belongs to. */
public final class NetworkGateway {
  public static final Duration STATS_INTERVAL = Duration.ofSeconds(30);

  public GatewayListItem row;

  public Map<String, String> tags = Map.of();

  /** How often it is expected to send its statistics. */
  public Duration statsInterval = STATS_INTERVAL;

  /** When the first statistics came; null until then. */
  public Timestamp firstSeenAt;

  public NetworkGateway(GatewayListItem row) {
    this.row = row;
  }

  /** The row with the state, which is computed when asked for. */
  public GatewayListItem at(Instant now) {
    Timestamp heard = row.hasLastSeenAt() ? row.getLastSeenAt() : null;
    return row.toBuilder().setState(state(heard, statsInterval, now)).build();
  }

  /**
   * Offline is who has been silent for more than two intervals.
   *
   * @param heard null for never
   */
  static GatewayState state(Timestamp heard, Duration interval, Instant now) {
    if (heard == null) {
      return GatewayState.NEVER_SEEN;
    }
    Duration silent = Duration.between(Moments.instant(heard), now);
    return silent.compareTo(interval.multipliedBy(2)) > 0
        ? GatewayState.OFFLINE
        : GatewayState.ONLINE;
  }
}
