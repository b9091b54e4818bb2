package io.github.chirpconnect.simulator.recorded;

import java.util.List;

/** Why answers of the simulators over REST may differ from recorded ones. */
final class DifferencesRest {
  private static final String NOT_CALLED =
      "the connectors do not call it, and the definitions do not have it";
  private static final String EARLIER = "recorded before the walk";

  private DifferencesRest() {}

  static Differences v3() {
    return Differences.table()
        .notAskedOf(
            "/api/(network-servers|service-profiles|users)([?].*)?"
                + "|/api/devices/[^/]+/(activation|getRandomDevAddr)"
                + "|/api/internal/(devices/summary|gateways/summary|login|profile)",
            NOT_CALLED)
        .notAsked("rest-auth-(both|bearer-and).*", "which of two headers counts is chance")
        .notAsked("websocket-.*", "the connectors open no websocket")
        .notAsked("rest-events-5-mb-entry", "calls within a process have no limit of size")
        .notAsked("rest-fault-as-(down|starting)", "nobody answers")
        .fields(
            "rest-(device|auth).*",
            "/api/devices.*",
            List.of("lastSeenAt"),
            EARLIER + ": heard since")
        .fields(
            "rest-device-profile",
            ".*",
            List.of("payloadEncoderScript", "payloadDecoderScript"),
            "the simulated server's codecs are no scripts")
        .fields(
            "rest-service-profile|rest-network-server",
            ".*",
            List.of("createdAt", "updatedAt", "addGWMetaData", "drMax"),
            "the simulated server keeps what leads to the region")
        .fields(
            "rest-gateway-profiles.*",
            ".*",
            List.of("totalCount", "result"),
            "the simulated server has no gateway profiles")
        .done();
  }

  static Differences v4() {
    return Differences.table()
        .otherText("enqueue-bad-base64", "the words of Java's parser are others")
        .fields("enqueue.*|device-queue-after", ".*", List.of("id"), "made by the server")
        .fields(
            "devices-list-order",
            ".*",
            List.of("result"),
            EARLIER + ": in another order of when devices were heard")
        .fields(
            "devices-list.*|device-get",
            ".*",
            List.of("lastSeenAt"),
            EARLIER + ": the device was heard since")
        .fields(
            "gateways-list",
            ".*",
            List.of("lastSeenAt", "state", "properties", "location"),
            EARLIER + ": gateways sent statistics since")
        .done();
  }
}
