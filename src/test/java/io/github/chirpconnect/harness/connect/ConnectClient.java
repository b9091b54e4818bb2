package io.github.chirpconnect.harness.connect;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A worker's REST interface. A worker that is rebalancing (409) is asked again until it is not;
 * whatever else is not a success is a {@link ConnectRefusal}.
 */
public final class ConnectClient {
  private static final Duration STATE_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final int NOT_FOUND = 404;

  private final String url;
  private final ConnectRest rest;

  ConnectClient(String url) {
    this.url = url;
    this.rest = new ConnectRest(url);
  }

  /** Where the interface is, {@code http://127.0.0.1:port}. */
  public String url() {
    return url;
  }

  /** Creates a connector, or gives an existing one this configuration. */
  public void put(String connector, Map<String, String> config) {
    rest.send("PUT", "/connectors/" + connector + "/config", config);
  }

  /** Deletes a connector; one that does not exist is fine. Its offsets stay. */
  public void delete(String connector) {
    try {
      rest.send("DELETE", "/connectors/" + connector, null);
    } catch (ConnectRefusal e) {
      if (e.status() != NOT_FOUND) {
        throw e;
      }
    }
  }

  public void pause(String connector) {
    rest.send("PUT", "/connectors/" + connector + "/pause", null);
    awaitState(connector, "PAUSED", 0, STATE_TIMEOUT);
  }

  public void resume(String connector) {
    rest.send("PUT", "/connectors/" + connector + "/resume", null);
  }

  /** Stops a connector without deleting it, as altering its offsets needs; its tasks are gone. */
  public void stop(String connector) {
    rest.send("PUT", "/connectors/" + connector + "/stop", null);
    awaitState(connector, "STOPPED", 0, STATE_TIMEOUT);
  }

  /** Restarts a connector and all its tasks. */
  public void restart(String connector) {
    rest.send("POST", "/connectors/" + connector + "/restart?includeTasks=true", null);
  }

  public ConnectorStatus status(String connector) {
    return ConnectorStatus.of(rest.send("GET", "/connectors/" + connector + "/status", null));
  }

  /** Names of the connectors. */
  public List<String> connectors() {
    List<String> names = new ArrayList<>();
    rest.send("GET", "/connectors", null).forEach(name -> names.add(name.asText()));
    return names;
  }

  /** Classes of the connectors that can be created. */
  public List<String> connectorPlugins() {
    List<String> classes = new ArrayList<>();
    rest.send("GET", "/connector-plugins", null)
        .forEach(plugin -> classes.add(plugin.path("class").asText()));
    return classes;
  }

  /**
   * Waits until the connector and at least so many tasks run, and all of its tasks do. A worker
   * that was killed and started again shows the old state for a moment: wait for records then.
   *
   * @throws ConnectorFailed when it or a task fails first
   * @throws AssertionError when the time is over; with what was seen last
   */
  public void awaitRunning(String connector, int tasks) {
    awaitRunning(connector, tasks, STATE_TIMEOUT);
  }

  public void awaitRunning(String connector, int tasks, Duration timeout) {
    awaitState(connector, "RUNNING", tasks, timeout);
  }

  /**
   * Waits until a task, or the connector itself, has failed.
   *
   * @return the trace; its first line has the exception's message
   */
  public String awaitFailed(String connector) {
    return awaitStatus(connector, "has not failed", STATE_TIMEOUT, s -> s.failure().isPresent())
        .failure()
        .orElseThrow();
  }

  /**
   * Validates a configuration without creating anything.
   *
   * @param connectorClass the full name
   * @return the messages of each key that has some
   */
  public Map<String, List<String>> validate(String connectorClass, Map<String, String> config) {
    Map<String, String> complete = new LinkedHashMap<>(config);
    complete.put("connector.class", connectorClass);
    complete.putIfAbsent("name", "validated");
    String simpleName = connectorClass.substring(connectorClass.lastIndexOf('.') + 1);
    JsonNode answer =
        rest.send("PUT", "/connector-plugins/" + simpleName + "/config/validate", complete);
    Map<String, List<String>> errors = new LinkedHashMap<>();
    for (JsonNode entry : answer.path("configs")) {
      JsonNode value = entry.path("value");
      for (JsonNode message : value.path("errors")) {
        errors
            .computeIfAbsent(value.path("name").asText(), key -> new ArrayList<>())
            .add(message.asText());
      }
    }
    return errors;
  }

  /** The committed offsets: objects with {@code partition} and {@code offset}. */
  public List<JsonNode> offsets(String connector) {
    List<JsonNode> offsets = new ArrayList<>();
    rest.send("GET", "/connectors/" + connector + "/offsets", null)
        .path("offsets")
        .forEach(offsets::add);
    return offsets;
  }

  /**
   * Overwrites offsets of a connector that is stopped.
   *
   * @param offsets objects with fields partition and offset, which may be null
   * @return Connect's answer in words
   */
  public String alterOffsets(String connector, List<JsonNode> offsets) {
    return rest.send("PATCH", "/connectors/" + connector + "/offsets", Map.of("offsets", offsets))
        .path("message")
        .asText();
  }

  /** Forgets all offsets of a connector that is stopped. */
  public void resetOffsets(String connector) {
    rest.send("DELETE", "/connectors/" + connector + "/offsets", null);
  }

  /**
   * Sets how much a logger of the worker says, from now on and for all its connectors.
   *
   * @param level such as {@code DEBUG}
   */
  public void logLevel(String logger, String level) {
    rest.send("PUT", "/admin/loggers/" + logger, Map.of("level", level));
  }

  /** Whether the worker has joined its group and takes requests. */
  boolean isHealthy() throws InterruptedException {
    return rest.isHealthy();
  }

  private void awaitState(String connector, String state, int tasks, Duration timeout) {
    awaitStatus(
        connector,
        "is not " + state + " with " + tasks + " tasks",
        timeout,
        status -> {
          if (status.failure().isPresent()) {
            throw new ConnectorFailed(connector, status.failure().get());
          }
          return status.is(state, tasks);
        });
  }

  private ConnectorStatus awaitStatus(
      String connector, String otherwise, Duration timeout, Predicate<ConnectorStatus> condition) {
    AtomicReference<Object> last = new AtomicReference<>("nothing");
    try {
      return Awaitility.await()
          .pollDelay(Duration.ZERO)
          .pollInterval(POLL)
          .atMost(timeout)
          .until(() -> statusOrNone(connector, last), s -> s != null && condition.test(s));
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(
          "Connector %s %s after %d s; last seen: %s"
              .formatted(connector, otherwise, timeout.toSeconds(), last.get()),
          e);
    }
  }

  /** A connector that was just created has no status for a moment. */
  private ConnectorStatus statusOrNone(String connector, AtomicReference<Object> last) {
    try {
      ConnectorStatus status = status(connector);
      last.set(status);
      return status;
    } catch (ConnectRefusal e) {
      last.set(e.getMessage());
      if (e.status() == NOT_FOUND) {
        return null;
      }
      throw e;
    }
  }
}
