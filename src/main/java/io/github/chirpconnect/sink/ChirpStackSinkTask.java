package io.github.chirpconnect.sink;

import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.api.ChirpStacks;
import io.github.chirpconnect.common.Clocks;
import io.github.chirpconnect.common.CompletionQueue;
import io.github.chirpconnect.config.SinkConfig;
import io.github.chirpconnect.config.Version;
import io.github.chirpconnect.context.LogContext;
import io.github.chirpconnect.metrics.TaskMetrics;
import io.github.chirpconnect.sink.memory.KafkaArchive;
import io.github.chirpconnect.sink.memory.OutcomeArchive;
import io.github.chirpconnect.sink.outcome.ConverterOutcomes;
import io.github.chirpconnect.sink.outcome.JsonOutcomes;
import io.github.chirpconnect.sink.outcome.KafkaOutcomes;
import io.github.chirpconnect.sink.outcome.Origin;
import io.github.chirpconnect.sink.outcome.OutcomeFormat;
import io.github.chirpconnect.sink.outcome.OutcomeLog;
import io.github.chirpconnect.sink.share.KafkaPartitionCount;
import io.github.chirpconnect.sink.share.PartitionCount;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;

/**
 * Queues the commands of its partitions as downlinks.
 *
 * <p>The task commits a command's offset once ChirpStack has answered, or the errant record
 * reporter has the record, and, where an outcome topic is configured, the outcome is written.
 * Commands of one device go in the order of their partition; commands of different devices go in
 * parallel.
 *
 * <p>The task starts while the server is down. It fails for errors that do not pass by themselves;
 * the message says what to do. A failed task has skipped no command.
 */
public final class ChirpStackSinkTask extends SinkTask {
  private final Function<SinkConfig, SinkDependencies> dependencies;
  private StartedSink running;

  /** For Connect. */
  public ChirpStackSinkTask() {
    this(ChirpStackSinkTask::dependencies);
  }

  ChirpStackSinkTask(Function<SinkConfig, SinkDependencies> dependencies) {
    this.dependencies = dependencies;
  }

  private static SinkDependencies dependencies(SinkConfig config) {
    ChirpStack chirpStack = ChirpStacks.connectForTask(config.connection());
    OutcomeLog outcomes = OutcomeLog.NONE;
    OutcomeArchive archive = OutcomeArchive.NONE;
    PartitionCount partitions = PartitionCount.NONE;
    Clocks clocks = Clocks.system();
    try {
      if (config.outcomes().topic().isPresent()) {
        String topic = config.outcomes().topic().get();
        OutcomeFormat format = format(config);
        Origin origin = Origin.ofNewTask(config.connectorName());
        outcomes = new KafkaOutcomes(topic, format, origin, config.outcomes().producer());
        Map<String, Object> consumer = config.outcomes().consumer();
        archive =
            new KafkaArchive(
                topic, format, origin, consumer, thread("chirpstack-outcomes"), clocks);
        partitions =
            new KafkaPartitionCount(
                config.subscription(), consumer, thread("chirpstack-partitions"));
      }
    } catch (RuntimeException e) {
      chirpStack.close();
      throw new ConnectException(
          "outcomes can't be written with the outcome settings: " + reason(e), e);
    }
    return new SinkDependencies(
        chirpStack,
        outcomes,
        archive,
        partitions,
        clocks,
        () -> ThreadLocalRandom.current().nextDouble(),
        new CompletionQueue());
  }

  /** Each work gets a thread of its own. */
  private static Executor thread(String name) {
    ThreadFactory threads = LogContext.threads(name);
    return work -> threads.newThread(work).start();
  }

  private static OutcomeFormat format(SinkConfig config) {
    return config
        .outcomeConverter()
        .<OutcomeFormat>map(ConverterOutcomes::new)
        .orElseGet(JsonOutcomes::new);
  }

  /** Kafka nests its own reasons; the innermost names the setting or the file. */
  private static String reason(Throwable e) {
    Throwable innermost = e;
    while (innermost.getCause() instanceof KafkaException cause) {
      innermost = cause;
    }
    return innermost.getMessage();
  }

  @Override
  public String version() {
    return Version.get();
  }

  @Override
  public void start(Map<String, String> properties) {
    SinkConfig config = new SinkConfig(properties);
    SinkDependencies own = dependencies.apply(config);
    TaskMetrics metrics = null;
    try {
      metrics = TaskMetrics.of(context, config.connectorName(), config.taskIndex());
      running = new StartedSink(config, context, metrics, own);
    } catch (RuntimeException | Error e) {
      // Connect does not call stop() when start() fails.
      if (metrics != null) {
        metrics.close();
      }
      own.close();
      throw e;
    }
  }

  @Override
  public void open(Collection<TopicPartition> partitions) {
    running.open(partitions);
  }

  @Override
  public void put(Collection<SinkRecord> records) {
    running.put(records);
  }

  @Override
  public Map<TopicPartition, OffsetAndMetadata> preCommit(
      Map<TopicPartition, OffsetAndMetadata> currentOffsets) {
    return running.preCommit(currentOffsets);
  }

  @Override
  public void close(Collection<TopicPartition> partitions) {
    running.close(partitions);
  }

  @Override
  public void stop() {
    if (running != null) {
      running.stop();
      running = null;
    }
  }
}
