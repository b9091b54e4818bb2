package io.github.chirpconnect.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.simulator.access.Caller;
import io.github.chirpconnect.simulator.fault.Faults;
import io.github.chirpconnect.simulator.fault.ServerLink;
import io.github.chirpconnect.simulator.network.LivingNetwork;
import io.github.chirpconnect.simulator.network.Network;
import io.github.chirpconnect.simulator.recorded.Recording;
import io.github.chirpconnect.simulator.recorded.RecordingV3;
import io.github.chirpconnect.simulator.time.Time;
import java.time.Duration;

/**
 * A ChirpStack on the loopback interface, by default 4.19 over gRPC in clear; with other options a
 * ChirpStack 3.17 (Application Server and Network Server), or either over REST.
 *
 * <pre>{@code
 * try (Simulator chirpStack = Simulator.builder().start()) {
 *   chirpStack.network().uplink(chirpStack.network().devEuis().get(0), 10, LabCodec.payload(21.5, 40));
 * }
 * }</pre>
 *
 * <p>It starts with a small network, two tenants with dozens of devices that have not joined
 * ({@link LivingNetwork#build}), unless told otherwise. What is in it outlives {@link #stop()} and
 * {@link #start()}, as it does in a server's database.
 */
public final class Simulator implements AutoCloseable {
  /** What clients speak. */
  public enum Transport {
    GRPC,
    /** HTTP/1.1 and JSON: in v3 by the server itself, in v4 by the proxy before it. */
    REST
  }

  private static final Duration USER_TOKEN_LIFE = Duration.ofDays(1);

  private final Generation generation;
  private final Transport transport;
  private final Time time;
  private final Assembly parts;
  private final Faults faults;
  private final LivingNetwork living;
  private final ServerLink link;
  private final String adminKey;
  private final String readOnlyKey;

  Simulator(SimulatorBuilder options) {
    generation = options.generation;
    transport = options.transport;
    time = options.time;
    parts = new Assembly(options);
    link = new ServerLink(options.proxied, parts::newServer);
    faults = new Faults(link, parts.redis, parts.calls, parts.streams);
    living = new LivingNetwork(parts.network, time, parts.chance);
    adminKey = parts.keys.create(Caller.ADMIN);
    readOnlyKey = parts.keys.create(Caller.READ_ONLY_ADMIN);
    if (options.devicesPerApplication > 0) {
      living.build(options.devicesPerApplication);
    }
  }

  public static SimulatorBuilder builder() {
    return new SimulatorBuilder();
  }

  /** Starts the server; after {@link #stop()} on the same port. */
  public void start() {
    link.start();
  }

  /** Stops the server as a kill does: connections break, streams end with UNAVAILABLE. */
  public void stop() {
    link.stop();
    parts.streams.drop();
  }

  /** {@code 127.0.0.1:port}, for REST {@code http://127.0.0.1:port}; the same after a restart. */
  public String url() {
    return (transport == Transport.REST ? "http://" : "") + "127.0.0.1:" + port();
  }

  public Generation generation() {
    return generation;
  }

  public Transport transport() {
    return transport;
  }

  /** Which of the servers that a connector may meet it is. */
  public SimulatedServer server() {
    return SimulatedServer.of(generation, transport);
  }

  public int port() {
    return link.port();
  }

  /** The token of an API key that may do everything. */
  public String adminKey() {
    return adminKey;
  }

  /** The token of an API key that may read everything, of which v3 has none. */
  public String readOnlyKey() {
    require(Generation.V4, "keys that may only read");
    return readOnlyKey;
  }

  /** The token of a new API key of a tenant, in v3 of an organization. */
  public String tenantKey(String tenantId) {
    return parts.keys.create(Caller.ofTenant(tenantId, false));
  }

  /** The token of a new API key that may read what is a tenant's; v4. */
  public String readOnlyTenantKey(String tenantId) {
    require(Generation.V4, "keys that may only read");
    return parts.keys.create(Caller.ofTenant(tenantId, true));
  }

  /** The token of a new API key of an application; v3. */
  public String applicationKey(String applicationId) {
    require(Generation.V3, "keys of applications");
    return parts.keys.create(Caller.ofApplication(applicationId));
  }

  private void require(Generation wanted, String what) {
    if (generation != wanted) {
      throw new IllegalStateException(what + " are known in " + wanted + " alone");
    }
  }

  /** The token of a new admin key, to be revoked. */
  public String newAdminKey() {
    return parts.keys.create(Caller.ADMIN);
  }

  /** A token of the server's administrator, as a login gives; good for a day. */
  public String userToken() {
    return parts.keys.userToken(time.now().plus(USER_TOKEN_LIFE));
  }

  /** The same, expired a day ago. */
  public String expiredUserToken() {
    return parts.keys.userToken(time.now().minus(USER_TOKEN_LIFE));
  }

  /** The token of a new admin key with claims of one's own. */
  public String tokenWith(ObjectNode claims) {
    return parts.keys.tokenWith(claims);
  }

  /** A token of another server: the signature is wrong here. */
  public String foreignKey() {
    return parts.keys.foreignToken();
  }

  /** Deletes the key of a token. Open streams go on. */
  public void revoke(String token) {
    parts.keys.revoke(token);
  }

  public Network network() {
    return parts.network;
  }

  /** Traffic of the network's devices, by hand or by itself. */
  public LivingNetwork living() {
    return living;
  }

  public Faults faults() {
    return faults;
  }

  public Observations observations() {
    return parts.observations;
  }

  /**
   * Puts a recorded network in place of what is there.
   *
   * @param file such as {@code v4/walk.jsonl}, of this server's generation
   */
  public Simulator loadRecording(String file) {
    if (generation == Generation.V3) {
      RecordingV3.load(file, parts.network, parts.redis.logs());
    } else {
      Recording.load(file, parts.network, parts.redis.logs());
    }
    return this;
  }

  /** TCP connections open now. */
  public int connections() {
    return link.proxy().connections();
  }

  @Override
  public void close() {
    living.stop();
    stop();
    link.close();
    time.close();
  }
}
