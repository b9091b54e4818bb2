package io.github.chirpconnect.harness.kafka;

import java.util.Map;

/** What makes a broker good for tests, wherever it runs. */
final class BrokerSettings {
  static final Map<String, String> FAST_AND_SINGLE =
      Map.of(
          "offsets.topic.replication.factor", "1",
          "offsets.topic.num.partitions", "3",
          "transaction.state.log.replication.factor", "1",
          "transaction.state.log.min.isr", "1",
          "transaction.state.log.num.partitions", "3",
          "group.initial.rebalance.delay.ms", "0",
          "group.min.session.timeout.ms", "1000",
          // A broker that was killed is not let in again before its old session is over.
          "broker.session.timeout.ms", "4000",
          "broker.heartbeat.interval.ms", "1000",
          "auto.create.topics.enable", "true");

  private BrokerSettings() {}
}
