package io.github.chirpconnect.source.log;

import io.github.chirpconnect.api.LogEntry;
import java.util.List;
import java.util.function.Predicate;

/**
 * Says which devices have probably just spoken, before the inventory does. Nothing depends on it:
 * what is not said here, or is wrong, costs some time or a stream that is opened in vain. Used by
 * the streams thread only.
 */
public interface DeviceSignals {
  /**
   * A device that may have spoken.
   *
   * @param millis when, by the clock of the server's Redis
   * @param gateway that has heard it
   */
  record Spoken(String devEui, long millis, String gateway) {}

  /** A stream of this task has brought an entry, new or not. */
  void heard(LogEntry entry);

  /** The signal was the first of what it tells, and the device's stream is opened for it. */
  void useful(Spoken signal);

  /** A device is no longer this task's. */
  void forget(String devEui);

  /**
   * Called several times a second while the server is there.
   *
   * @param crowded whether there are more devices than streams, so that signals are of use
   * @param followed whether this task reads the frames of a gateway anyway, and passes them to
   *     {@link #heard}
   * @return who has spoken since the last call
   */
  List<Spoken> take(boolean crowded, Predicate<String> followed, long now);

  /** Lets all streams go that serve as a signal; the next {@link #take} opens them again. */
  void suspend();

  /** Where nothing tells. */
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
