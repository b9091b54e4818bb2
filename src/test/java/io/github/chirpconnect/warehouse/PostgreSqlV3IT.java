package io.github.chirpconnect.warehouse;

import io.github.chirpconnect.simulator.SimulatedServer;

/** From ChirpStack v3. */
class PostgreSqlV3IT extends AllFeedsInPostgreSql {
  PostgreSqlV3IT() {
    super(SimulatedServer.V3_GRPC);
  }
}
