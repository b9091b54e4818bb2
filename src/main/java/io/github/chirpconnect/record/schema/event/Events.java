package io.github.chirpconnect.record.schema.event;

import io.github.chirpconnect.record.json.MessageMapping;
import java.util.Map;

/** The kinds of event that have a schema of their own. */
public final class Events {
  public static final Map<String, MessageMapping> BY_KIND =
      Map.of(
          "up", UplinkEvent.MESSAGE,
          "join", JoinEvent.MESSAGE,
          "ack", AckEvent.MESSAGE,
          "txack", TxAckEvent.MESSAGE,
          "status", StatusEvent.MESSAGE,
          "log", LogEvent.MESSAGE,
          "location", LocationEvent.MESSAGE);

  private Events() {}
}
