package io.github.chirpconnect.harness.connect;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What Connect says of a connector.
 *
 * @param state {@code RUNNING}, {@code PAUSED}, {@code STOPPED}, {@code FAILED}, {@code UNASSIGNED}
 * @param trace of the connector's own failure; empty where there is none
 */
public record ConnectorStatus(String state, String trace, List<Task> tasks) {
  private static final String FAILED = "FAILED";

  /** One task; its state and trace are like the connector's. */
  public record Task(int id, String state, String trace) {}

  public ConnectorStatus {
    tasks = List.copyOf(tasks);
  }

  static ConnectorStatus of(JsonNode json) {
    List<Task> tasks = new ArrayList<>();
    for (JsonNode task : json.path("tasks")) {
      tasks.add(
          new Task(
              task.path("id").asInt(), task.path("state").asText(), task.path("trace").asText()));
    }
    JsonNode connector = json.path("connector");
    return new ConnectorStatus(
        connector.path("state").asText(), connector.path("trace").asText(), tasks);
  }

  /** Whether the connector and all of its tasks, so many at least, are in this state. */
  public boolean is(String wanted, int atLeastTasks) {
    return state.equals(wanted)
        && tasks.size() >= atLeastTasks
        && tasks.stream().allMatch(task -> task.state().equals(wanted));
  }

  /** The trace of the connector or of the first task that failed. */
  public Optional<String> failure() {
    return Stream.concat(
            Stream.of(this).filter(it -> it.state.equals(FAILED)).map(ConnectorStatus::trace),
            tasks.stream().filter(task -> task.state().equals(FAILED)).map(Task::trace))
        .findFirst();
  }
}
