package io.github.chirpconnect.simulator.recorded;

import io.grpc.Status;
import java.util.List;

/** Why answers of the simulator of v3 may differ from recorded ones. */
final class DifferencesV3 {
  private static final String NOT_CALLED =
      "the connectors do not call it, and proto/v3 does not have it";
  private static final String PEOPLE = "of people, only the administrator is simulated";
  private static final String OTHER_SERVERS =
      "the network server and PostgreSQL cannot be taken away from the simulated server";
  private static final String EARLIER = "recorded up to half an hour before the walk";
  private static final String MISSING =
      "/api\\.UserService/.*"
          + "|/api\\.(ServiceProfileService|NetworkServerService)/List"
          + "|/api\\.GatewayProfileService/Get"
          + "|/api\\.GatewayService/GetLastPing"
          + "|/api\\.DeviceService/(GetActivation|GetKeys|Deactivate|GetRandomDevAddr)"
          + "|/api\\.InternalService/"
          + "(GetDevicesSummary|GetGatewaysSummary|GlobalSearch|ListAPIKeys|Login|Profile)"
          + "|/api\\.MulticastGroupService/Delete"
          + "|/api\\.OrganizationService/ListUsers";

  private DifferencesV3() {}

  static Differences walk() {
    return scripts(Differences.table().notAskedOf(MISSING, NOT_CALLED)).done();
  }

  private static Differences.Table scripts(Differences.Table table) {
    return table
        .fields(
            ".*",
            "/api\\.DeviceProfileService/Get",
            List.of("payload_encoder_script", "payload_decoder_script"),
            "the simulated server's codecs are no scripts")
        .fields(
            ".*",
            "/api\\.ServiceProfileService/Get",
            List.of("created_at", "updated_at", "add_gw_metadata", "dr_max"),
            "the simulated server keeps what leads to the network server");
  }

  static Differences unary() {
    return scripts(Differences.table())
        .notAskedOf(MISSING, NOT_CALLED)
        .notAskedAs("low-user-jwt", PEOPLE)
        .notAsked("fault-ns-.*", OTHER_SERVERS)
        .notAsked("http2-settings|grpc-.*", "needs a client of its own")
        .fields(
            ".*",
            "/api\\.DeviceService/(List|Get)",
            List.of("last_seen_at"),
            EARLIER + ": devices were heard since")
        .fields(
            ".*",
            "/api\\.GatewayService/List",
            List.of("updated_at", "first_seen_at", "last_seen_at", "location"),
            EARLIER + ": a gateway has sent statistics since")
        .fields(
            "(?!.*after-stats).*",
            "/api\\.GatewayService/Get",
            List.of("updated_at", "first_seen_at", "last_seen_at", "location", "metadata"),
            EARLIER + ": the gateway has sent statistics since")
        .fields(
            ".*",
            "/api\\.NetworkServerService/Get",
            List.of("created_at", "updated_at"),
            "the simulated server keeps no times of its network server")
        .fields(
            ".*",
            "/api\\.GatewayProfileService/List",
            List.of("total_count", "result"),
            "the simulated server has no gateway profiles")
        .fields(
            "queue-list-after-(concurrent|deadline)-enqueues",
            ".*",
            List.of("data"),
            "twenty calls at once: in which order is chance")
        .done();
  }

  static Differences errors() {
    return Differences.table()
        .notAskedOf(MISSING, NOT_CALLED)
        .notAskedAs("low-user-jwt", PEOPLE)
        .notAsked("fault-(ns|postgresql)-.*", OTHER_SERVERS)
        .notAsked("fault-as-down-.*", "nobody answers")
        .notAsked("pool-ns-exhausted-enqueue", "needs streams; see SimulatorV3Test")
        .notAsked("pool-as-exhausted-device-stats", "needs streams; see SimulatorMetricsV3Test")
        .notAsked("enqueue-deadline-[13]ms", "who wins is chance")
        .notAsked("unary-behind-250-streams", "needs streams; they wait in the client")
        .notAsked(
            "burst-parallel-calls-postgresql-connections",
            "the simulated server has no PostgreSQL to run out of connections")
        .notAsked("auth-two-values-bad-first|grpc-.*", "needs a client of its own")
        .fields(
            "enqueue-json-array",
            ".*",
            List.of("f_cnt"),
            "the other recording had put more into the queue")
        .otherStatus(
            "enqueue-garbage-bytes",
            Status.UNKNOWN.withDescription("Application error processing RPC"),
            "gRPC for Java says it so")
        .otherText("events-auth-expired-jwt", "the text names the seconds since")
        .done();
  }

  static Differences streams() {
    return Differences.table()
        .notAskedAs("low-user-jwt", PEOPLE)
        .notAsked("fault-ns-(sigterm|kill)-frames", OTHER_SERVERS)
        .notAsked(
            "events-live-from-first-join", "its client's deadline lost the race against the server")
        .notAsked("events-5-mb-entry", "its client took no message of that size")
        .notAsked("events-history-0", "the history is a setting; see SimulatorV3Test")
        .notAsked("events-device-and-key-deleted-while-open", "see SimulatorV3Test")
        .notAsked("frames-undecodable-entry", "bytes that are no frame are poison of another kind")
        .done();
  }
}
