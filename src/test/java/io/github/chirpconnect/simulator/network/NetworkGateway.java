package io.github.chirpconnect.simulator.network;

import com.google.protobuf.Timestamp;
import io.github.chirpconnect.proto.v4.GatewayListItem;
import io.github.chirpconnect.proto.v4.GatewayState;
import io.github.chirpconnect.simulator.time.Moments;
import java.time.Duration;
import java.time.Instant;

/** A gateway's row. Guarded by the lock of the {@link Network} that it belongs to. */
public final class NetworkGateway {
  public static final Duration STATS_INTERVAL = Duration.ofSeconds(30);

  public GatewayListItem row;

  /** When the first statistics came; null until then. */
  public Timestamp firstSeenAt;

  private final Duration statsInterval;

  public NetworkGateway(GatewayListItem row, Duration statsInterval) {
    this.row = row;
    this.statsInterval = statsInterval;
  }

  /** The row with the state, which is computed when asked for. */
  public GatewayListItem at(Instant now) {
    GatewayState state = GatewayState.NEVER_SEEN;
    if (row.hasLastSeenAt()) {
      Instant silentSince =
          Moments.instant(row.getLastSeenAt()).plus(statsInterval.multipliedBy(2));
      state = now.isAfter(silentSince) ? GatewayState.OFFLINE : GatewayState.ONLINE;
    }
    return row.toBuilder().setState(state).build();
  }
}
