package io.github.chirpconnect.api;

import io.github.chirpconnect.api.v4.ChirpStackV4;
import io.github.chirpconnect.config.ConnectionConfig;

/** Picks the implementation for a server: the one place that knows which there are. */
public final class ChirpStacks {
  private ChirpStacks() {}

  /**
   * Makes no call: the server may be down. With {@code chirpstack.api.version} at {@code auto} it
   * is taken to be v4, the one generation there is an implementation for; another server shows as
   * {@link FailureKind#WRONG_SERVER} at the first {@link ChirpStack#probe}.
   *
   * @throws org.apache.kafka.common.config.ConfigException when TLS or the token file cannot be
   *     used as configured; it names the key
   */
  public static ChirpStack connect(ConnectionConfig config) {
    return ChirpStackV4.connect(config);
  }
}
