package io.github.chirpconnect.simulator.v3;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.simulator.server.Version;
import java.util.List;

/** With which release the fields of v3's events came. */
final class EventFieldsV3 {
  /**
   * @param kind empty for all
   */
  private record Later(String kind, String since, List<String> fields) {}

  private static final List<Later> LATER =
      List.of(
          new Later("up", "3.11", List.of("confirmedUplink", "devAddr")),
          new Later("txack", "3.15", List.of("gatewayID", "txInfo")),
          new Later("", "3.16", List.of("publishedAt")),
          new Later("up", "3.17.4", List.of("deviceProfileID", "deviceProfileName")));

  private EventFieldsV3() {}

  /** Takes off what a release does not have yet. */
  static void trim(String kind, ObjectNode body, Version version) {
    for (Later later : LATER) {
      boolean concerned = later.kind().isEmpty() || later.kind().equals(kind);
      if (concerned && !version.has(later.since())) {
        body.remove(later.fields());
      }
    }
  }
}
