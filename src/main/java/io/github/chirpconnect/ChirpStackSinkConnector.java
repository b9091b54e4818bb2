package io.github.chirpconnect;

import io.github.chirpconnect.config.ConfigChecks;
import io.github.chirpconnect.config.SinkConfig;
import io.github.chirpconnect.config.Version;
import io.github.chirpconnect.sink.ChirpStackSinkTask;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.sink.SinkConnector;

/**
 * Takes commands from Kafka topics and queues them as downlinks for the devices of a ChirpStack
 * network server.
 *
 * <p>The partitions of its topics are divided among its tasks, and so is {@code max.in.flight}.
 */
public class ChirpStackSinkConnector extends SinkConnector {
  private Map<String, String> properties;

  @Override
  public String version() {
    return Version.get();
  }

  @Override
  public void start(Map<String, String> props) {
    // Reported here once rather than by each task.
    new SinkConfig(props);
    properties = new HashMap<>(props);
  }

  @Override
  public Class<? extends Task> taskClass() {
    return ChirpStackSinkTask.class;
  }

  /**
   * Passes all properties to each task, Connect's own included: a task must know {@code
   * errors.tolerance}.
   */
  @Override
  public List<Map<String, String>> taskConfigs(int maxTasks) {
    List<Map<String, String>> tasks = new ArrayList<>();
    for (int index = 0; index < maxTasks; index++) {
      Map<String, String> task = new HashMap<>(properties);
      task.put(SinkConfig.TASK_INDEX, Integer.toString(index));
      task.put(SinkConfig.TASK_COUNT, Integer.toString(maxTasks));
      tasks.add(task);
    }
    return tasks;
  }

  @Override
  public void stop() {
    // The connector holds no resources; the tasks do.
  }

  @Override
  public ConfigDef config() {
    return SinkConfig.DEF;
  }

  /**
   * Checks each key by itself, then keys that depend on each other, then, when nothing is wrong so
   * far, asks the server whether it takes the API key.
   */
  @Override
  public Config validate(Map<String, String> props) {
    Config config = super.validate(props);
    ConfigChecks.checkSink(config, props);
    if (ConfigChecks.valid(config)) {
      SinkConfig sink = new SinkConfig(props);
      if (sink.validateConnection()) {
        new ConnectionCheck().check(config, sink.connection(), Optional.empty());
      }
    }
    return config;
  }

  /** Accepts all: the offsets are the consumer group's, and this connector keeps no others. */
  @Override
  public boolean alterOffsets(Map<String, String> config, Map<TopicPartition, Long> offsets) {
    return true;
  }
}
