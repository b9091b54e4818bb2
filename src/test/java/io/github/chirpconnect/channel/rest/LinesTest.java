package io.github.chirpconnect.channel.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinesTest {
  private static final String BODY = "{\"a\":\"ä\"}\n\n{\"b\":\"🌡\"}\r\n{\"error\":1}";

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 1000})
  void doesNotCareHowTheNetworkCut(int size) throws Lines.TooLongException {
    Lines lines = new Lines(100);
    byte[] bytes = BODY.getBytes(StandardCharsets.UTF_8);
    List<String> found = new ArrayList<>();
    for (int from = 0; from < bytes.length; from += size) {
      found.addAll(lines.add(ByteBuffer.wrap(bytes, from, Math.min(size, bytes.length - from))));
    }

    assertThat(found).containsExactly("{\"a\":\"ä\"}", "{\"b\":\"🌡\"}\r");
    assertThat(lines.takeOpen()).isEqualTo("{\"error\":1}");
    assertThat(lines.takeOpen()).isEmpty();
  }

  @Test
  void limitsALineAndNotTheBody() throws Lines.TooLongException {
    Lines lines = new Lines(10);
    for (int i = 0; i < 100; i++) {
      assertThat(lines.add(bytes("0123456789\n"))).hasSize(1);
    }
    assertThat(lines.add(bytes("01234"))).isEmpty();
    assertThatThrownBy(() -> lines.add(bytes("567890"))).isInstanceOf(Lines.TooLongException.class);
  }

  @Test
  void limitsAWholeBody() throws Lines.TooLongException {
    Lines lines = new Lines(10);
    lines.addWhole(bytes("01234\n"));
    lines.addWhole(bytes("5678"));
    assertThatThrownBy(() -> lines.addWhole(bytes("9"))).isInstanceOf(Lines.TooLongException.class);
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
