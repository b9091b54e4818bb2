package io.github.chirpconnect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.proto.v4.common.Location;
import io.github.chirpconnect.simulator.SimulatedServer;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.network.Network;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Which feeds a server has, and which of them an API key may read, is said by validation. */
@Timeout(120)
@ParameterizedClass
@EnumSource
class FeedsCheckIT {
  private static final String FEEDS = "feeds";
  private static final String TENANTS = "chirpstack.tenant.ids";
  private static final String APPLICATIONS = "chirpstack.application.ids";
  private static final String TOKEN = "chirpstack.token";
  private static final String VOLATILE = "inventory.volatile.fields";

  private static final String OF_TENANTS = "tenants,device-profiles,gateways";
  private static final String OF_APPLICATIONS =
      "applications,devices,multicast-groups,device-queues";
  private static final String ON_ALL_SERVERS = OF_TENANTS + "," + OF_APPLICATIONS;
  private static final String ON_SOME = "relay-gateways,device-events,device-frames";

  private final SimulatedServer server;
  private final Simulator chirpStack;
  private final String tenantId;
  private final String applicationId;
  private final String otherTenantId;
  private final String otherApplicationId;

  FeedsCheckIT(SimulatedServer server) {
    this.server = server;
    chirpStack = server.builder().empty().start();
    Network network = chirpStack.network();
    tenantId = network.addTenant("waterworks", Map.of());
    applicationId = fill(network, tenantId, "0a0b0c0d00000001", "00ef76829d300001");
    otherTenantId = network.addTenant("gasworks", Map.of());
    otherApplicationId = fill(network, otherTenantId, "0a0b0c0d00000002", "00ef76829d300002");
  }

  /** Returns the id of the tenant's application. */
  private static String fill(Network network, String tenantId, String devEui, String gatewayId) {
    String application = network.addApplication(tenantId, "meters", Map.of());
    String profile = network.addDeviceProfile(tenantId, "meter", false, Map.of(), null);
    network.addDevice(devEui, application, profile, "meter");
    network.addGateway(tenantId, gatewayId, gatewayId, Location.getDefaultInstance());
    network.addMulticastGroup(application, "all meters", List.of(devEui));
    return application;
  }

  @AfterEach
  void tearDown() {
    chirpStack.close();
  }

  @Test
  void feedsThatTheServerLacksAreNamed() {
    assertThat(errors(Map.of(FEEDS, ON_ALL_SERVERS))).isEmpty();

    Map<String, String> expected =
        switch (server) {
          case V4_GRPC -> Map.of();
          case V4_REST ->
              Map.of(
                  FEEDS,
                  "ChirpStack v4's REST interface has no streams; use its gRPC port, or feeds of "
                      + "inventory and metrics alone (device-events, device-frames)");
          case V3_GRPC, V3_REST ->
              Map.of(FEEDS, "ChirpStack v3 has no relay-gateways; take it out");
        };
    Map<String, String> all = Map.of(FEEDS, ON_ALL_SERVERS + "," + ON_SOME);
    assertThat(errors(all)).isEqualTo(expected);
    // Where it is configured what the server is, nobody has to be asked.
    Map<String, String> unasked = new HashMap<>(all);
    unasked.put("chirpstack.api.version", server.generation().toString());
    unasked.put("validate.connection", "false");
    assertThat(errors(unasked)).isEqualTo(expected);
  }

  @Test
  void aFeedThatTheServerIsTooOldForIsNamed() {
    assumeThat(server).isEqualTo(SimulatedServer.V4_GRPC);
    try (Simulator old = server.builder().version("4.8").start()) {
      Map<String, String> changes = new HashMap<>();
      changes.put("chirpstack.url", old.url());
      changes.put(TOKEN, old.adminKey());
      changes.put(FEEDS, ON_ALL_SERVERS);
      assertThat(errors(changes)).isEmpty();
      changes.put(FEEDS, ON_ALL_SERVERS + ",relay-gateways");
      assertThat(errors(changes))
          .isEqualTo(
              Map.of(
                  FEEDS,
                  "feed relay-gateways needs ChirpStack 4.9, and this server is older; upgrade it, or "
                      + "take relay-gateways out of feeds"));
    }
  }

  @Test
  void whatTenantsHaveNeedsATenant() {
    assertThat(
            errors(Map.of(FEEDS, OF_TENANTS + "," + OF_APPLICATIONS, APPLICATIONS, applicationId)))
        .isEqualTo(
            Map.of(
                FEEDS,
                "belongs to tenants and not to applications: tenants, device-profiles, gateways; set "
                    + "chirpstack.tenant.ids as well, or take it out"));
    assertThat(errors(Map.of(FEEDS, OF_APPLICATIONS, APPLICATIONS, applicationId))).isEmpty();
    assertThat(
            errors(
                Map.of(FEEDS, ON_ALL_SERVERS, APPLICATIONS, otherApplicationId, TENANTS, tenantId)))
        .isEmpty();
  }

  @Test
  void aVolatileFieldThatNoFeedHasIsNamed() {
    assertThat(errors(Map.of(FEEDS, ON_ALL_SERVERS, VOLATILE, "gateways.state,tenants.name")))
        .isEmpty();
    assertThat(errors(Map.of(FEEDS, ON_ALL_SERVERS, VOLATILE, "gateways.state,gateways.status")))
        .containsOnlyKeys(VOLATILE)
        .hasEntrySatisfying(
            VOLATILE,
            e ->
                assertThat(e)
                    .startsWith("the feed gateways has no field 'status'; choose from name, ")
                    .contains("state, "));
    assertThat(errors(Map.of(FEEDS, ON_ALL_SERVERS, VOLATILE, "gateway.state")))
        .containsOnlyKeys(VOLATILE);
    assertThat(errors(Map.of(FEEDS, ON_ALL_SERVERS, VOLATILE, "device-events.f_cnt")))
        .containsOnlyKeys(VOLATILE);
  }

  @Test
  void aTenantsKeyReadsAllFeedsOfItsTenantAlone() {
    Map<String, String> own = new HashMap<>();
    own.put(TOKEN, chirpStack.tenantKey(tenantId));
    own.put(FEEDS, ON_ALL_SERVERS);
    own.put(TENANTS, tenantId);
    assertThat(errors(own)).isEmpty();
    if (server.hasReadOnlyKeys()) {
      own.put(TOKEN, chirpStack.readOnlyTenantKey(tenantId));
      own.put(FEEDS, ON_ALL_SERVERS + ",relay-gateways");
      assertThat(errors(own)).isEmpty();
    }

    own.put(TENANTS, otherTenantId);
    assertThat(errors(own))
        .containsOnlyKeys(TENANTS)
        .hasEntrySatisfying(TENANTS, e -> assertThat(e).contains(otherTenantId));
    own.remove(TENANTS);
    assertThat(errors(own))
        .containsOnlyKeys(TENANTS)
        .hasEntrySatisfying(
            TENANTS,
            e -> assertThat(e).contains("cannot ask which one: set chirpstack.tenant.ids"));
  }

  @Test
  void anApplicationsKeyReadsAllFeedsOfItsApplicationAlone() {
    assumeThat(server.generation()).isEqualTo(Generation.V3);
    Map<String, String> own = new HashMap<>();
    own.put(TOKEN, chirpStack.applicationKey(applicationId));
    own.put(FEEDS, OF_APPLICATIONS);
    own.put(APPLICATIONS, applicationId);
    assertThat(errors(own)).isEmpty();

    own.put(FEEDS, ON_ALL_SERVERS);
    own.put(TENANTS, tenantId);
    assertThat(errors(own))
        .containsOnlyKeys(TENANTS)
        .hasEntrySatisfying(TENANTS, e -> assertThat(e).contains(tenantId));
    own.remove(TENANTS);
    own.put(FEEDS, OF_APPLICATIONS);
    own.put(APPLICATIONS, otherApplicationId);
    assertThat(errors(own))
        .containsOnlyKeys(APPLICATIONS)
        .hasEntrySatisfying(APPLICATIONS, e -> assertThat(e).contains(otherApplicationId));
  }

  private Map<String, String> errors(Map<String, String> changes) {
    Map<String, String> properties = new HashMap<>();
    properties.put("name", "it");
    properties.put("connector.class", ChirpStackSourceConnector.class.getName());
    properties.put("chirpstack.url", chirpStack.url());
    properties.put(TOKEN, chirpStack.adminKey());
    properties.putAll(changes);
    Map<String, String> errors = new TreeMap<>();
    new ChirpStackSourceConnector()
        .validate(properties)
        .configValues()
        .forEach(
            value -> {
              if (!value.errorMessages().isEmpty()) {
                errors.put(value.name(), String.join("; ", value.errorMessages()));
              }
            });
    return errors;
  }
}
