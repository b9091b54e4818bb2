package io.github.chirpconnect.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionFailuresTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "deadline exceeded after 9.999871223s. [closed=[], open=[[buffered_nanos=135, remote_addr=localhost/127.0.0.1:8080]]]",
        "CallOptions deadline exceeded after 9.999871223s. Name resolution delay 0.000 seconds. [closed=[UNAVAILABLE],"
            + " open=[[connecting_and_lb_delay=3ms, remote_addr=localhost/127.0.0.1:8080]]]",
        "Deadline CallOptions was exceeded after 9.999871223s"
      })
  void aDeadlineThatHasPassedIsToldWithoutTheInsideOfTheTransport(String description) {
    assertThat(ConnectionFailures.trace(Status.DEADLINE_EXCEEDED.withDescription(description)))
        .isEqualTo("DEADLINE_EXCEEDED: no answer within 10.0 s");
  }

  @Test
  void aDeadlineThatHasPassedWithoutAConnection() {
    Status status =
        Status.DEADLINE_EXCEEDED.withDescription(
            "deadline exceeded after 4.98s. Name resolution delay 0.01 seconds. [closed=[],"
                + " open=[[connecting_and_lb_delay=4979ms, was_still_waiting]]]");
    assertThat(ConnectionFailures.trace(status))
        .isEqualTo("DEADLINE_EXCEEDED: no connection within 5.0 s");
  }

  @Test
  void whatAServerSaysOfItsDeadlineStays() {
    assertThat(
            ConnectionFailures.trace(
                Status.DEADLINE_EXCEEDED.withDescription("context deadline exceeded")))
        .isEqualTo("DEADLINE_EXCEEDED: context deadline exceeded");
  }
}
