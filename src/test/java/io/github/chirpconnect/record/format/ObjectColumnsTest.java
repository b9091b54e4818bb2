package io.github.chirpconnect.record.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectColumnsTest {
  private static ObjectColumn one(String text) {
    List<ObjectColumn> list = ObjectColumns.parse(text).list();
    assertThat(list).hasSize(1);
    return list.get(0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "temperature:float64 | temperature | temperature | FLOAT64",
        "' a = b.c : boolean ' | a | b/c | BOOLEAN",
        "values[0][12].x-1:int64 | values_0_12_x_1 | values/0/12/x-1 | INT64",
        "x=[3]:json | x | 3 | JSON",
        "x=\"a.b, c:d=e\".f:string | x | a.b, c:d=e/f | STRING",
        "x=\"say \\\"hi\\\" \\\\\":string | x | say \"hi\" \\ | STRING",
        "Température:float64 | temp_rature | Température | FLOAT64",
        "Air.Temp:float64 | air_temp | Air/Temp | FLOAT64",
      })
  void anEntryIsANameAPathAndAType(String text, String name, String path, String type) {
    ObjectColumn column = one(text);
    assertThat(column.name()).isEqualTo(name);
    assertThat(column.path().stream().map(String::valueOf)).containsExactly(path.split("/"));
    assertThat(column.type()).isEqualTo(ObjectColumn.Type.valueOf(type));
  }

  @Test
  void entriesAreSeparatedByCommasOutsideQuotes() {
    assertThat(ObjectColumns.parse("a:json, b=\"x,y\":json ,c:int64").list())
        .extracting(ObjectColumn::name)
        .containsExactly("a", "b", "c");
    assertThat(ObjectColumns.parse("  ").list()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "temperature | is no column",
        "a:b:int64 | is no column",
        "a=b=c:int64 | is no column",
        "a:int64,,b:int64 | is no column; write",
        "a:int64, | is no column; write",
        "a:int32 | choose from boolean, int64, float64, string, json",
        "a: | has the type",
        ":int64 | has no path",
        "a=:int64 | has no path",
        "a..b:int64 | empty name",
        "a.:int64 | empty name",
        ".a:int64 | empty name",
        "a b:int64 | no dot before a name",
        "a[x]:int64 | has no number in [ ]",
        "a[-1]:int64 | has no number in [ ]",
        "a[0:int64 | has no number in [ ]",
        "a[0]b:int64 | no dot before a name",
        "\"\".a:int64 | empty name",
        "9lives:int64 | begins with no digit",
        "A=b:int64 | makes a column",
        "=b:int64 | makes a column",
        "a:int64,b.a:int64,a=c:int64 | two columns are called",
      })
  void whatIsNoneIsNamedWithWhatToWrite(String text, String sentence) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ObjectColumns.parse(text))
        .withMessageContaining(sentence)
        .satisfies(e -> assertThat(e.getMessage()).containsAnyOf("write", "written", "choose"));
  }

  @Test
  void aQuoteThatDoesNotEndIsNamed() {
    for (String text : List.of("\"a:int64", "\"a\\", "\"a\\\":int64")) {
      assertThatIllegalArgumentException().isThrownBy(() -> ObjectColumns.parse(text));
    }
  }

  @Test
  void namesFitPostgreSql() {
    assertThat(one("a".repeat(63) + ":json").name()).hasSize(63);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ObjectColumns.parse("a".repeat(64) + ":json"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "boolean | true | true",
        "boolean | 1 |",
        "boolean | \"true\" |",
        "int64 | 7 | 7",
        "int64 | 7.0 | 7",
        "int64 | -9223372036854775808 | -9223372036854775808",
        "int64 | 9223372036854775808 |",
        "int64 | 7.5 |",
        "int64 | \"7\" |",
        "int64 | true |",
        "float64 | 7 | 7.0",
        "float64 | 7.25 | 7.25",
        "float64 | 1e400 |",
        "float64 | \"7\" |",
        "string | \"7\" | 7",
        "string | \"\" | ''",
        "string | 7 |",
        "string | {} |",
        "json | 7.0 | 7",
        "json | {\"b\":[1.0],\"a\":null} | {\"a\":null,\"b\":[1]}",
        "json | \"x\" | \"x\"",
        "json | null |",
        "boolean | null |",
      })
  void whatDoesNotFitIsNull(String type, String value, String expected)
      throws JsonProcessingException {
    ObjectColumn column = one("a:" + type);
    Object read = column.read(parse("{\"a\":" + value + "}"));
    assertThat(read == null ? null : read.toString()).isEqualTo(expected);
    assertThat(column.read(parse("{}"))).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "\"text\"", "[]", "[[1]]", "{}", "{\"a\":7}", "{\"a\":[]}", "null"})
  void aPathThatLeadsNowhereIsNull(String object) throws JsonProcessingException {
    assertThat(one("a[0].b:json").read(parse(object))).isNull();
    assertThat(one("x=[0].b:json").read(parse(object))).isNull();
    assertThat(one("a.b:json").read(MissingNode.getInstance())).isNull();
    assertThat(one("a.b:json").read(NullNode.getInstance())).isNull();
  }

  private static JsonNode parse(String json) throws JsonProcessingException {
    return JsonMapper.builder().build().readTree(json);
  }
}
