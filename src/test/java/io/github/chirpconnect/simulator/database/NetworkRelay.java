package io.github.chirpconnect.simulator.database;

import com.google.protobuf.Timestamp;
import io.github.chirpconnect.proto.v4.RelayGatewayListItem;
import java.time.Duration;
import java.time.Instant;

/**
 * A relay gateway's row. Guarded by the lock of the {@link Inventory} that it belongs to. The
 * server knows a relay from its first statistics on.
 */
public final class NetworkRelay {
  RelayGatewayListItem row;
  Duration statsInterval = NetworkGateway.STATS_INTERVAL;

  NetworkRelay(RelayGatewayListItem row) {
    this.row = row;
  }

  public String tenantId() {
    return row.getTenantId();
  }

  /** The row with the state, which is computed when asked for. */
  public RelayGatewayListItem at(Instant now) {
    Timestamp heard = row.hasLastSeenAt() ? row.getLastSeenAt() : null;
    return row.toBuilder().setState(NetworkGateway.state(heard, statsInterval, now)).build();
  }
}
