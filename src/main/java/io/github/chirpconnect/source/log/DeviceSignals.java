package io.github.chirpconnect.source.log;

import io.github.chirpconnect.api.LogEntry;
import java.util.List;
import java.util.function.Predicate;

/**
 * Tells which devices have probably just sent something, before the inventory shows it. It is only
 * a hint: a missing or wrong signal costs some time, or a stream that is opened in vain. Used only
 * on the streams thread.
 */
public interface DeviceSignals {
  /**
   * A device that may have sent something.
   *
   * @param millis when, by the clock of the server's Redis
   * @param gateway the gateway that received it
   */
  record Spoken(String devEui, long millis, String gateway) {}

  /** A stream of this task has delivered an entry, new or replayed. */
  void heard(LogEntry entry);

  /** The device's stream is opened because of this signal, which was the first one. */
  void useful(Spoken signal);

  /** A device does not belong to this task any more. */
  void forget(String devEui);

  /**
   * Called several times a second while the server answers.
   *
   * @param crowded whether there are more devices than streams, so that signals are useful
   * @param followed whether this task already reads the frames of a gateway, and passes them to
   *     {@link #heard}
   * @return the signals since the last call
   */
  List<Spoken> take(boolean crowded, Predicate<String> followed, long now);

  /** Closes all streams that serve only as a signal; the next {@link #take} opens them again. */
  void suspend();

  /** For servers without such signals. */
  DeviceSignals NONE =
      new DeviceSignals() {
        @Override
        public void heard(LogEntry entry) {
          // Nobody wants to know.
        }

        @Override
        public void useful(Spoken signal) {
          // There is none.
        }

        @Override
        public void forget(String devEui) {
          // Nothing is known.
        }

        @Override
        public List<Spoken> take(boolean crowded, Predicate<String> followed, long now) {
          return List.of();
        }

        @Override
        public void suspend() {
          // There are no streams.
        }
      };
}
