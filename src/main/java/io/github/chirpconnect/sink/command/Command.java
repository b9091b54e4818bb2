package io.github.chirpconnect.sink.command;

import io.github.chirpconnect.api.Downlink;
import io.github.chirpconnect.api.Feature;
import io.github.chirpconnect.api.Target;
import java.util.ArrayList;
import java.util.List;

/** A command, checked as far as possible without the server. */
public sealed interface Command extends ParsedRecord {

  /** Features that the server must support: without them it would ignore a field. */
  List<Feature> needs();

  /**
   * A hint for the case that the server does not know the device: where its EUI came from and how
   * to name another. Null for none.
   */
  String advice();

  /** Puts a downlink at the end of the device's queue. */
  record Enqueue(Downlink downlink, String id, String advice) implements Command {
    /** Of a command that names its device itself. */
    public Enqueue(Downlink downlink, String id) {
      this(downlink, id, null);
    }

    @Override
    public Target target() {
      return downlink.target();
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
  record Flush(Target target, String id, String advice) implements Command {
    /** Of a command that names its device itself. */
    public Flush(Target target, String id) {
      this(target, id, null);
    }

    @Override
    public List<Feature> needs() {
      return List.of();
    }
  }
}
