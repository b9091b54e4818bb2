package io.github.chirpconnect.harness.connect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ConnectorFailedTest {
  @Test
  void theReasonIsTheMessageWithoutTheExceptionsName() {
    String trace =
        """
        org.apache.kafka.connect.errors.ConnectException: the key: is gone
        \tat a.B.c(B.java:1)
        """;
    assertThat(ConnectorFailed.reasonIn(trace)).isEqualTo("the key: is gone");
  }

  @Test
  void whatConnectWrapsAroundASinksExceptionIsNoReason() {
    String trace =
        """
        org.apache.kafka.connect.errors.ConnectException: Exiting WorkerSinkTask due to unrecoverable exception.
        \tat org.apache.kafka.connect.runtime.WorkerSinkTask.deliverMessages(WorkerSinkTask.java:1)
        Caused by: org.apache.kafka.connect.errors.ConnectException: the API key may only read
        \tat a.B.c(B.java:1)
        \t... 2 more
        """;
    assertThat(ConnectorFailed.reasonIn(trace)).isEqualTo("the API key may only read");
  }
}
