package io.github.chirpconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;

/** A task that cannot start leaves nothing behind: Connect does not stop it. */
class SinkStartTest {
  private final SinkBed bed =
      new SinkBed()
          .with("outcome.topic", "outcomes")
          .with("outcome.bootstrap.servers", "localhost:9092");

  @Test
  void aWorkerThatRefusesMetrics() {
    bed.context.metricsFailure = new IllegalStateException("no more metrics");
    assertThatThrownBy(() -> bed.start()).hasMessage("no more metrics");
    assertThat(bed.server.closed).isTrue();
    assertThat(bed.outcomes.closed).isTrue();
  }

  @Test
  void settingsOfWhichNoProducerCanBeMade() {
    ChirpStackSinkTask task = new ChirpStackSinkTask();
    bed.with("outcome.producer.security.protocol", "SSL")
        .with("outcome.producer.ssl.truststore.location", "/not/there");
    task.initialize(bed.context);
    assertThatThrownBy(() -> task.start(bed.config))
        .isInstanceOf(ConnectException.class)
        .hasMessageStartingWith("outcomes can't be written with the outcome settings: ")
        .hasMessageContaining("/not/there");
  }
}
