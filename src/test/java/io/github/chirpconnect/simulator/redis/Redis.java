package io.github.chirpconnect.simulator.redis;

/**
 * What a server keeps in Redis.
 *
 * @param logs of devices and gateways
 * @param metrics of both
 */
public record Redis(LogStore logs, MetricStore metrics) {

  /** Everything is gone. */
  public void clear() {
    logs.clear();
    metrics.clear();
  }
}
