package io.github.chirpconnect.record.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UtcTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "2024-05-06T07:08:09.123456789+00:00",
        "2024-05-06T07:08:09.123456+00:00",
        "2024-05-06T07:08:09.001Z",
        "2024-05-06T07:08:09.1Z",
        "2024-05-06T07:08:09.000000001Z",
        "2024-05-06T07:08:09Z",
        "2024-02-29T23:59:59+00:00",
        "1970-01-01T00:00:00Z",
        "1969-12-31T23:59:59.999999999Z",
        "1900-03-01T00:00:00.5Z",
        "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999999999Z",
      })
  void readsWhatTheJdkReads(String text) {
    assertThat(UtcText.parse(text)).isEqualTo(Instant.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2024-05-06T07:08:09.123456789+00:00",
        "2024-05-06T07:08:09.123456789Z",
        "2024-05-06T07:08:09.120Z",
        "2024-05-06T07:08:09.000456Z",
        "2024-05-06T07:08:09Z",
        "2024-05-06T07:08:09+00:00",
      })
  void passesOnATextThatIsTheJdksOwn(String text) {
    assertThat(UtcText.canonical(text)).isEqualTo(Instant.parse(text).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2024-05-06T07:08:09.1Z",
        "2024-05-06T07:08:09.12345678+00:00",
        "2024-05-06T07:08:09.123000Z",
        "2024-05-06T07:08:09.123456000+00:00",
        "2024-05-06T07:08:09.000Z",
      })
  void leavesATextToTheJdkThatItWouldWriteOtherwise(String text) {
    assertThat(UtcText.canonical(text)).isNull();
    assertThat(Instant.parse(text).toString()).isNotEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Z",
        "+00:00",
        "today",
        "2024-05-06",
        "2024-05-06T07:08:09",
        "2024-05-06T07:08:09+02:00",
        "2024-05-06T07:08:09.Z",
        "2024-05-06T07:08:09.1234567890Z",
        "2024-05-06T07:08:09.12x4Z",
        "2024-05-06T07:08:09,123Z",
        "2024-05-06 07:08:09Z",
        "2024-05-06t07:08:09Z",
        "2024-05-06T24:00:00Z",
        "2024-05-06T07:60:00Z",
        "2024-05-06T07:08:60Z",
        "2024-05-06T07:08:-9Z",
        "-024-05-06T07:08:09Z",
        "+12024-05-06T07:08:09Z",
        "2024/05/06T07:08:09Z",
        "2024-05-06T07-08-09Z",
      })
  void leavesEverythingElseToTheJdk(String text) {
    assertThat(UtcText.parse(text)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"2023-02-29T00:00:00Z", "2024-13-01T00:00:00Z", "2024-01-00T00:00:00Z"})
  void refusesDaysThatDoNotExist(String text) {
    assertThatThrownBy(() -> UtcText.parse(text)).isInstanceOf(DateTimeException.class);
  }
}
