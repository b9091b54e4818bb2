package io.github.chirpconnect.api;

import io.github.chirpconnect.api.detect.DetectedChirpStack;
import io.github.chirpconnect.api.grpc.Connections;
import io.github.chirpconnect.api.v3.ChirpStackV3;
import io.github.chirpconnect.api.v4.ChirpStackV4;
import io.github.chirpconnect.channel.ChirpStackChannels;
import io.github.chirpconnect.config.ConnectionConfig;
import java.util.Arrays;
import java.util.Optional;

/** Picks the implementation for a server: the one place that knows which there are. */
public final class ChirpStacks {
  private ChirpStacks() {}

  /**
   * Makes no call: the server may be down. With {@code chirpstack.api.version} at {@code auto} the
   * server is asked for its generation at the first call.
   *
   * @throws org.apache.kafka.common.config.ConfigException when TLS or the token file cannot be
   *     used as configured; it names the key
   */
  public static ChirpStack connect(ConnectionConfig config) {
    Connections connections = Connections.of(new ChirpStackChannels(config));
    return configured(config.apiVersion())
        .map(generation -> adapter(generation, connections))
        .orElseGet(
            () ->
                new DetectedChirpStack(
                    connections, generation -> adapter(generation, connections)));
  }

  private static Optional<Generation> configured(String apiVersion) {
    return Arrays.stream(Generation.values())
        .filter(generation -> generation.toString().equals(apiVersion))
        .findFirst();
  }

  private static ChirpStack adapter(Generation generation, Connections connections) {
    return switch (generation) {
      case V3 -> ChirpStackV3.over(connections);
      case V4 -> ChirpStackV4.over(connections);
    };
  }
}
