package io.github.chirpconnect.sink.share;

import io.github.chirpconnect.config.Subscription;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * Asks the brokers of the outcome topic, with a client that lives as long as it asks.
 *
 * <p>They may be those of another cluster than the commands', which may even have topics of the
 * same names. Only where the connector's consumer group has a member with the task's own
 * partitions, it is the same cluster. That member is there once a rebalance is over.
 */
public final class KafkaPartitionCount implements PartitionCount {
  private static final int API_TIMEOUT_MS = 30_000;
  private static final int REQUEST_TIMEOUT_MS = 10_000;

  private final Subscription subscription;
  private final Map<String, Object> settings;
  private final Executor background;
  private Admin asking;
  private boolean closed;

  /**
   * @param settings of the outcome consumer
   * @param background runs one task at a time, on another thread
   */
  public KafkaPartitionCount(
      Subscription subscription, Map<String, Object> settings, Executor background) {
    this.subscription = subscription;
    this.settings = forAdmin(settings);
    this.background = background;
  }

  /** Without what only a consumer knows: the admin client would warn of it each time. */
  static Map<String, Object> forAdmin(Map<String, Object> consumer) {
    Map<String, Object> all = new HashMap<>();
    all.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, API_TIMEOUT_MS);
    all.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS);
    consumer.forEach(
        (key, value) -> {
          if (AdminClientConfig.configNames().contains(key)
              || !ConsumerConfig.configNames().contains(key)) {
            all.put(key, value);
          }
        });
    return all;
  }

  @Override
  public void ask(Set<TopicPartition> own, BiConsumer<Integer, Exception> done) {
    background.execute(
        () -> {
          Integer count = null;
          Exception failure = null;
          try {
            count = count(own);
          } catch (RuntimeException e) {
            failure = e; // also what no one foresaw: the task must hear of it
          }
          done.accept(count, failure);
        });
  }

  private int count(Set<TopicPartition> own) {
    try (Admin admin = begin()) {
      return all(own, assigned(admin), ofTopics(admin)).size();
    } finally {
      end();
    }
  }

  private synchronized Admin begin() {
    asking = Admin.create(settings);
    if (closed) {
      asking.close(Duration.ZERO);
    }
    return asking;
  }

  private synchronized void end() {
    asking = null;
  }

  /** Ends what is being asked. */
  @Override
  public synchronized void close() {
    closed = true;
    if (asking != null) {
      asking.close(Duration.ZERO);
    }
  }

  /**
   * All partitions of the connector, by what two answers show: those of topics that this client may
   * not see are still assigned to somebody.
   *
   * @param members the partitions of each member of the connector's group
   * @param ofTopics those of the topics that are seen
   */
  Set<TopicPartition> all(
      Set<TopicPartition> own,
      Collection<Set<TopicPartition>> members,
      Set<TopicPartition> ofTopics) {
    if (members.stream().noneMatch(each -> each.containsAll(own))) {
      throw new ConnectException(
          "the consumer group "
              + subscription.group()
              + " has no member with this task's partitions at outcome.bootstrap.servers, so that is another cluster"
              + " than the commands', or the group is being rebalanced");
    }
    Set<TopicPartition> all = new HashSet<>(ofTopics);
    members.forEach(all::addAll);
    return all;
  }

  private List<Set<TopicPartition>> assigned(Admin admin) {
    String group = subscription.group();
    return get(
            "the consumer group " + group + " can't be described at outcome.bootstrap.servers",
            admin.describeConsumerGroups(List.of(group)).describedGroups().get(group))
        .members()
        .stream()
        .map(member -> member.assignment().topicPartitions())
        .toList();
  }

  private Set<TopicPartition> ofTopics(Admin admin) {
    Set<TopicPartition> all = new HashSet<>();
    Map<String, KafkaFuture<TopicDescription>> descriptions =
        admin.describeTopics(names(admin)).topicNameValues();
    for (Map.Entry<String, KafkaFuture<TopicDescription>> each : descriptions.entrySet()) {
      all.addAll(partitions(each.getKey(), each.getValue()));
    }
    return all;
  }

  private Set<String> names(Admin admin) {
    if (subscription.pattern().isEmpty()) {
      return subscription.topics();
    }
    return get(
            "the topics can't be listed at outcome.bootstrap.servers", admin.listTopics().names())
        .stream()
        .filter(topic -> subscription.pattern().get().matcher(topic).matches())
        .collect(Collectors.toSet());
  }

  private static Set<TopicPartition> partitions(
      String topic, KafkaFuture<TopicDescription> description) {
    try {
      return description.get().partitions().stream()
          .map(partition -> new TopicPartition(topic, partition.partition()))
          .collect(Collectors.toSet());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return Set.of(); // not created yet
      }
      throw failed("the topic " + topic + " can't be described at outcome.bootstrap.servers", e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static <A> A get(String failure, KafkaFuture<A> answer) {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw failed(failure, e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static ConnectException failed(String what, ExecutionException e) {
    return new ConnectException(
        what
            + ", for which the principal of the outcome consumer needs DESCRIBE: "
            + e.getCause().getMessage(),
        e.getCause());
  }

  private static ConnectException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new ConnectException("interrupted", e);
  }
}
