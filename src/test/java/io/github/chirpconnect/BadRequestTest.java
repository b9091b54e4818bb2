package io.github.chirpconnect;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.invoke.MethodHandle;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.junit.jupiter.api.Test;

class BadRequestTest {
  private final ConnectException reason = new ConnectException("events must be a string");

  @Test
  void saysTheSameInTheExceptionOfTheWorker() {
    MethodHandle constructor = BadRequest.find(DataException.class.getName()).orElseThrow();
    assertThat(BadRequest.with(constructor, reason))
        .isExactlyInstanceOf(DataException.class)
        .hasMessage("events must be a string")
        .hasCause(reason);
  }

  @Test
  void aWorkerWithoutOneGetsWhatWasThrown() {
    assertThat(BadRequest.find("org.apache.kafka.connect.NotThere")).isEmpty();
    assertThat(BadRequest.find("java.lang.IllegalStateException"))
        .as("no ConnectException")
        .isEmpty();
    assertThat(BadRequest.of(reason)).hasMessage("events must be a string");
  }
}
