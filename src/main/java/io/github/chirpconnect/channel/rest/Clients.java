package io.github.chirpconnect.channel.rest;

import java.lang.reflect.InvocationTargetException;
import java.net.http.HttpClient;

/** Shuts the JDK's HTTP client down, where the JDK supports it. */
final class Clients {
  private Clients() {}

  /**
   * Closes idle connections and ends the network thread on Java 21 and later. Before, both end by
   * themselves once nothing refers to the client.
   */
  static void shutdown(HttpClient client) {
    try {
      HttpClient.class.getMethod("shutdownNow").invoke(client);
    } catch (NoSuchMethodException e) {
      // Java before 21: left to the garbage collector, as its documentation says.
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("HttpClient.shutdownNow", e);
    }
  }
}
