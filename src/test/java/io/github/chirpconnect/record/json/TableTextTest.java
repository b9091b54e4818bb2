package io.github.chirpconnect.record.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TableTextTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void whatDatabasesRefuseIsReplacedAndAllElseIsNot() {
    assertThat(TableText.of("OK\0\0")).isEqualTo("OK\ufffd\ufffd");
    assertThat(TableText.of("\ud83d x \ude00")).isEqualTo("\ufffd x \ufffd");
    for (String same : new String[] {"", "\ud83d\ude00", "\u0001\t\n\u007f\u2028é", "\\u0000"}) {
      assertThat(TableText.of(same)).isSameAs(same);
    }
    assertThat(TableText.of(null)).isNull();
    assertThat(TableText.ofJson(null)).isNull();
  }

  @Test
  void anEscapedBackslashIsNoEscape() {
    assertThat(TableText.ofJson("{\"a\\\\u0000\":\"\\\\\\u0000\\u0001\\\\\"}"))
        .isEqualTo("{\"a\\\\u0000\":\"\\\\\ufffd\\u0001\\\\\"}");
  }

  /** Texts of few characters, so that each comes beside each other. */
  @Test
  void jsonSaysTheSameButForWhatIsReplaced() throws JsonProcessingException {
    Random random = new Random(5);
    String signs = "\\u0d8\0\u0001\"\ud83d\ude00é";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(9); length > 0; length--) {
        text.append(signs.charAt(random.nextInt(signs.length())));
      }
      StringBuilder json = new StringBuilder();
      CanonicalJson.text(text.toString(), json);
      String clean = TableText.ofJson(json.toString());
      assertThat(JSON.readTree(clean).textValue()).isEqualTo(TableText.of(text.toString()));
    }
  }
}
