package io.github.chirpconnect.sink.command;

import io.github.chirpconnect.api.Downlink;
import io.github.chirpconnect.api.Feature;
import java.util.ArrayList;
import java.util.List;

/** What a record asks for, checked for all that can be known without the server. */
public sealed interface Command extends ParsedRecord {

  /** What the server must not ignore. */
  List<Feature> needs();

  /**
   * Where the device was taken from and how to name another, for when the server does not know it;
   * null where there is nothing to advise.
   */
  String advice();

  /** Puts a downlink at the end of the device's queue. */
  record Enqueue(Downlink downlink, String id, String advice) implements Command {
    /** Of a command that names its device itself. */
    public Enqueue(Downlink downlink, String id) {
      this(downlink, id, null);
    }

    @Override
    public String devEui() {
      return downlink.devEui();
    }

    @Override
    public List<Feature> needs() {
      List<Feature> needs = new ArrayList<>();
      if (downlink.expiresAt() != null) {
        needs.add(Feature.EXPIRES_AT);
      }
      if (downlink.flushQueue()) {
        needs.add(Feature.FLUSH_QUEUE);
      }
      if (downlink.encryptedFCntDown() != null) {
        needs.add(Feature.ENCRYPTED);
      }
      return needs;
    }
  }

  /** Empties the device's queue. */
  record Flush(String devEui, String id, String advice) implements Command {
    /** Of a command that names its device itself. */
    public Flush(String devEui, String id) {
      this(devEui, id, null);
    }

    @Override
    public List<Feature> needs() {
      return List.of();
    }
  }
}
