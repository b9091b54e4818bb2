package io.github.chirpconnect.api.v4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.FailureKind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What no recording has. */
class ProtoMappingTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "[1]", "null", "{\"a\":1} more", "{"})
  void aBodyThatIsNoObjectIsRefusedWhenItIsRead(String body) {
    ApiException failure = catchThrowableOfType(ApiException.class, () -> ProtoMapping.body(body));

    assertThat(failure.kind()).isEqualTo(FailureKind.BAD_REQUEST);
  }
}
