package io.github.chirpconnect.record.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.DoubleNode;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One value has one text, whichever server wrote it. */
class CanonicalJsonTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static String canonical(String json) {
    try {
      return CanonicalJson.of(JSON.readTree(json));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  /** What v3 (Go) and v4 (Rust) print for the same number of a script, and what it becomes. */
  @ParameterizedTest
  @CsvSource({
    "7, 7.0, 7",
    "0, 0.0, 0",
    "-0, -0.0, 0",
    "-12.3, -12.3, -12.3",
    "0.1, 0.1, 0.1",
    "0.000001, 1e-6, 0.000001",
    "1e-7, 1e-7, 1e-7",
    "1.5e-7, 1.5e-7, 1.5e-7",
    "1000000, 1000000.0, 1000000",
    "100000000000000000000, 1e20, 100000000000000000000",
    "123456789012345680000, 1.2345678901234568e20, 123456789012345680000",
    "1e+21, 1e21, 1e+21",
    "-1.5e+300, -1.5e300, -1.5e+300",
    "9007199254740992, 9007199254740992.0, 9007199254740992",
    "9007199254740991.5, 9007199254740991.5, 9007199254740992",
    "1234567890.123, 1234567890.123, 1234567890.123",
    "2.2250738585072014e-308, 2.2250738585072014e-308, 2.2250738585072014e-308",
    "1.7976931348623157e+308, 1.7976931348623157e308, 1.7976931348623157e+308",
    "5e-324, 5e-324, 5e-324",
    "2e-323, 2e-323, 2e-323",
    "2e+23, 2e23, 2e+23",
    "5.684341886080802e-14, 5.684341886080802e-14, 5.684341886080802e-14"
  })
  void aNumberIsAsJavaScriptPrintsIt(String v3, String v4, String canonical) {
    assertThat(canonical(v3)).isEqualTo(canonical);
    assertThat(canonical(v4)).isEqualTo(canonical);
    assertThat(canonical(canonical)).isEqualTo(canonical);
  }

  @Test
  void aWholeNumberKeepsTheDigitsThatNoDoubleHolds() {
    for (String digits :
        List.of("9007199254740993", "18446744073709551617", "-1" + "0".repeat(40))) {
      assertThat(canonical(digits)).isEqualTo(digits);
    }
  }

  @Test
  void anyNumberComesBackTheSame() {
    Random random = new Random(8);
    for (int i = 0; i < 20_000; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      if (Double.isFinite(value)) {
        String text = CanonicalJson.of(DoubleNode.valueOf(value));
        assertThat(Double.parseDouble(text)).isEqualTo(value);
        assertThat(canonical(text)).isEqualTo(text);
      }
    }
  }

  @Test
  void aNumberThatNoDoubleHoldsIsAProblem() {
    assertThatThrownBy(() -> canonical("[1e400]")).isInstanceOf(MappingException.class);
  }

  @Test
  void textThatIsNoJsonOrHasSuchANumberStaysAsItIs() {
    for (String text : List.of("", "no JSON", "{", "{} {}", "{\"a\": 1e400}", "7 8")) {
      assertThat(CanonicalJson.ofText(text)).isEqualTo(text);
    }
    assertThat(CanonicalJson.ofText("{\"b\":7.0, \"a\":[ 1E2,9007199254740993 ]}"))
        .isEqualTo("{\"a\":[100,9007199254740993],\"b\":7}");
    assertThat(CanonicalJson.ofText("\"a\"")).isEqualTo("\"a\"");
  }

  @Test
  void namesAreSortedAndTextIsEscapedWhereItMustBe() throws JsonProcessingException {
    String json =
        "{\"b\" : [ ], \"a\":{\"2\":null,\"10\":true,\"\\u00e9\":false}, \"\": \"\\u0000\\u001f\\n\\t\\/\\\"\\\\ \\ud83d\\ude00 é\\u2028\"}";
    String text = canonical(json);
    assertThat(text)
        .isEqualTo(
            "{\"\":\"\\u0000\\u001f\\n\\t/\\\"\\\\ 😀 é\u2028\",\"a\":{\"10\":true,\"2\":null,\"é\":false},\"b\":[]}");
    assertThat(JSON.readTree(text)).isEqualTo(JSON.readTree(json));
    assertThat(canonical("\"\\ud83d x \\ude00\"")).isEqualTo("\"\\ud83d x \\ude00\"");
    assertThat(canonical("{}")).isEqualTo("{}");
  }
}
