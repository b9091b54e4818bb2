package io.github.chirpconnect.api;

import io.github.chirpconnect.api.detect.DetectedChirpStack;
import io.github.chirpconnect.api.grpc.Connections;
import io.github.chirpconnect.api.v3.ChirpStackV3;
import io.github.chirpconnect.api.v4.ChirpStackV4;
import io.github.chirpconnect.channel.ChirpStackChannels;
import io.github.chirpconnect.channel.PortLook;
import io.github.chirpconnect.config.ConnectionConfig;
import io.github.chirpconnect.feed.Generation;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.config.SslConfigs;

/**
 * Creates the implementation for a server. No other class knows which implementations there are.
 */
public final class ChirpStacks {
  private ChirpStacks() {}

  /**
   * Makes no call: the server may be down. With {@code chirpstack.api.version=auto} the first call
   * asks the server for its generation.
   *
   * @throws org.apache.kafka.common.config.ConfigException naming the key, if TLS or the token file
   *     cannot be used as configured
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

  /**
   * As {@link #connect}, for a task: waits while something else answers in ChirpStack's place, see
   * {@link PatientChirpStack}.
   */
  public static ChirpStack connectForTask(ConnectionConfig config) {
    PortLook port = new PortLook(config);
    return new PatientChirpStack(
        connect(config),
        config.tokenGrace(),
        subject -> renewed(config, subject),
        () -> port.look().thenApply(found -> found.map(PortLook.Finding::sentence)),
        System::nanoTime);
  }

  /** Looks for the reason why a server cannot be reached at its address. Never fails. */
  public static CompletionStage<Optional<Finding>> look(ConnectionConfig config) {
    return new PortLook(config)
        .look()
        .thenApply(found -> found.map(seen -> new Finding(seen.certain(), seen.sentence())));
  }

  private static Optional<Generation> configured(String apiVersion) {
    return Arrays.stream(Generation.values())
        .filter(generation -> generation.toString().equals(apiVersion))
        .findFirst();
  }

  /**
   * Files are read again when they change. So a certificate that is in a file can be corrected at
   * any time.
   */
  private static boolean renewed(ConnectionConfig config, Subject subject) {
    return switch (subject.type()) {
      case CLIENT_CERTIFICATE -> config.ssl().get(SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG) != null;
      case SERVER_CERTIFICATE ->
          config.ssl().get(SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG) != null;
      default -> false;
    };
  }

  private static ChirpStack adapter(Generation generation, Connections connections) {
    return switch (generation) {
      case V3 -> ChirpStackV3.over(connections);
      case V4 -> ChirpStackV4.over(connections);
    };
  }
}
