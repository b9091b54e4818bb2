package io.github.chirpconnect.api.v3;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Devices that are known to have sent an uplink. An entry expires, because a device can be deleted
 * and created again. Safe for use by many threads.
 */
final class DevicesWithUplink {
  private static final Duration BELIEVED = Duration.ofMinutes(10);
  private static final int REMEMBERED_MAX = 100_000;

  private final LongSupplier nanoClock;
  private final Map<String, Long> heard =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > REMEMBERED_MAX;
        }
      };

  DevicesWithUplink(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  synchronized boolean contains(String devEui) {
    Long since = heard.get(devEui);
    return since != null && nanoClock.getAsLong() - since < BELIEVED.toNanos();
  }

  synchronized void add(String devEui) {
    heard.remove(devEui);
    heard.put(devEui, nanoClock.getAsLong());
  }
}
