package io.github.chirpconnect.record.downlink;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Receives the downlink queues of devices from the engine that reads them, one after the other. */
public interface QueueWatch {

  /** A device's queue is about to be read. */
  void asks(String devEui);

  /**
   * A device's queue was read as a whole.
   *
   * @param items in v4's form, as the port gives them
   */
  void read(String devEui, List<ObjectNode> items);

  /** A device is deleted. */
  void gone(String devEui);

  /** Ignores everything. */
  QueueWatch NONE =
      new QueueWatch() {
        @Override
        public void asks(String devEui) {
          // Nothing depends on it.
        }

        @Override
        public void read(String devEui, List<ObjectNode> items) {
          // Nothing depends on it.
        }

        @Override
        public void gone(String devEui) {
          // Nothing is known of it.
        }
      };
}
