package io.github.chirpconnect.warehouse;

import io.github.chirpconnect.simulator.SimulatedServer;

/** From ChirpStack v4. */
class PostgreSqlIT extends AllFeedsInPostgreSql {
  PostgreSqlIT() {
    super(SimulatedServer.V4_GRPC);
  }
}
