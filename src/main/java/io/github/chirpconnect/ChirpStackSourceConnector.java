package io.github.chirpconnect;

import io.github.chirpconnect.api.Scope;
import io.github.chirpconnect.config.ConfigChecks;
import io.github.chirpconnect.config.SourceConfig;
import io.github.chirpconnect.config.Version;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.record.schema.InventorySchema;
import io.github.chirpconnect.record.schema.InventorySchemas;
import io.github.chirpconnect.source.ChirpStackSourceTask;
import io.github.chirpconnect.source.log.StreamQuota;
import io.github.chirpconnect.source.offset.Offsets;
import io.github.chirpconnect.source.offset.Shards;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;

/**
 * Brings a ChirpStack network server's data into Kafka: its inventory, and the events and frames of
 * its devices.
 *
 * <p>Each task reads the devices whose bucket, a hash of the EUI, is its own. Devices come and go
 * without a rebalance.
 */
public class ChirpStackSourceConnector extends SourceConnector {
  private Map<String, String> properties;

  @Override
  public String version() {
    return Version.get();
  }

  @Override
  public void start(Map<String, String> props) {
    // Reported here once rather than by each task.
    SourceConfig config = new SourceConfig(props);
    TopicCheck.check(config.topics());
    ValueCheck.check(config.valueForm());
    properties = new HashMap<>(props);
  }

  @Override
  public Class<? extends Task> taskClass() {
    return ChirpStackSourceTask.class;
  }

  /**
   * No more tasks than there are buckets, nor than streams to share: the limits are the whole
   * connector's, and each task needs at least one stream of each log that it follows. Where the
   * server's generation is not configured, as many as the more generous one permits; tasks that the
   * server then has no streams for stay idle.
   */
  @Override
  public List<Map<String, String>> taskConfigs(int maxTasks) {
    SourceConfig config = new SourceConfig(properties);
    int count = Math.min(Math.min(maxTasks, Shards.BUCKETS), StreamQuota.mostTasks(config));
    List<Map<String, String>> tasks = new ArrayList<>();
    for (int index = 0; index < count; index++) {
      Map<String, String> task = new HashMap<>(properties);
      task.put(SourceConfig.TASK_INDEX, Integer.toString(index));
      task.put(SourceConfig.TASK_COUNT, Integer.toString(count));
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
    return SourceConfig.DEF;
  }

  /**
   * Checks each key by itself, then keys that depend on each other, then, when nothing is wrong so
   * far, asks the server.
   */
  @Override
  public Config validate(Map<String, String> props) {
    Config config = super.validate(props);
    ConfigChecks.checkSource(config, props);
    TopicCheck.check(config);
    ValueCheck.check(config);
    checkVolatileFields(config);
    if (ConfigChecks.valid(config)) {
      SourceConfig source = new SourceConfig(props);
      if (source.validateConnection()) {
        new ConnectionCheck()
            .check(
                config,
                source.connection(),
                Optional.of(
                    new ConnectionCheck.ReadScope(
                        new Scope(source.tenantIds(), source.applicationIds()), source.feeds())));
      }
    }
    return config;
  }

  /** Which fields a feed has is its schema's to say. */
  private static void checkVolatileFields(Config config) {
    if (!ConfigChecks.valid(config)) {
      return;
    }
    Object given =
        config.configValues().stream()
            .filter(value -> value.name().equals(SourceConfig.INVENTORY_VOLATILE_FIELDS))
            .map(ConfigValue::value)
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(List.of());
    for (Object one : (List<?>) given) {
      String text = (String) one;
      int dot = text.indexOf('.');
      InventorySchema inventory =
          InventorySchemas.of(Feed.byId(text.substring(0, dot)).orElseThrow());
      if (!inventory.content().contains(text.substring(dot + 1))) {
        ConfigChecks.error(
            config,
            SourceConfig.INVENTORY_VOLATILE_FIELDS,
            "the feed "
                + inventory.feed()
                + " has no field '"
                + text.substring(dot + 1)
                + "'; choose from "
                + String.join(", ", inventory.content()));
      }
    }
  }

  /**
   * Supported: an entry keeps its id in every replay, and the ids are in the offsets that are
   * committed with the records.
   */
  @Override
  public ExactlyOnceSupport exactlyOnceSupport(Map<String, String> props) {
    return ExactlyOnceSupport.SUPPORTED;
  }

  /**
   * Accepts offsets that this connector could have written.
   *
   * @throws ConnectException naming the partition and the field that is wrong; of the kind that
   *     Connect answers as a bad request, where the worker has it
   */
  @Override
  public boolean alterOffsets(
      Map<String, String> config, Map<Map<String, ?>, Map<String, ?>> offsets) {
    try {
      Offsets.check(offsets);
    } catch (ConnectException e) {
      throw BadRequest.of(e);
    }
    return true;
  }
}
