package io.github.chirpconnect.simulator.redis;

/** What metrics are kept under; both generations call them the same. */
public final class MetricNames {
  /** Of a measurement's only number. */
  public static final String VALUE = "value";

  /** Stands before the kind of an error. */
  public static final String ERROR = "error_";

  private MetricNames() {}

  public static String device(String devEui) {
    return "device:" + devEui;
  }

  public static String measurement(String devEui, String key) {
    return "device:" + devEui + ":" + key;
  }

  public static String gateway(String gatewayId) {
    return "gw:" + gatewayId;
  }

  public static String dutyCycle(String gatewayId) {
    return "gw:dc:" + gatewayId;
  }
}
