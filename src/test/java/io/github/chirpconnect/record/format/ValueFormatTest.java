package io.github.chirpconnect.record.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ValueFormatTest {
  @ParameterizedTest
  @ValueSource(strings = {"time", "device_name", "rx_snr", "spreading_factor", "object", "tags"})
  void aColumnThatIsThereAlreadyIsRefused(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ValueFormat.named("flat", "", name + ":json"))
        .withMessageContaining("column '" + name + "'")
        .withMessageContaining("write <name>=<path>:<type>");
  }

  @Test
  void eachNameIsAFormat() {
    assertThat(ValueFormat.named("struct", "", "")).isSameAs(ValueFormat.STRUCT);
    assertThat(ValueFormat.named("flat", "", "a:json")).isInstanceOf(FlatFormat.class);
    assertThat(ValueFormat.named("json", "", "")).isInstanceOf(JsonFormat.class);
    assertThatIllegalArgumentException().isThrownBy(() -> ValueFormat.named("xml", "", ""));
  }
}
