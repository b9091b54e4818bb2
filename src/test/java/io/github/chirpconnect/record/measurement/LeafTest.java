package io.github.chirpconnect.record.measurement;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeafTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'temperature':21.5}              | temperature",
        "{'status':{'alarm':true}}         | status.alarm",
        "{'cells':[{'v':3.6},{'v':3.5}]}   | cells[0].v cells[1].v",
        "{'grid':[[1,2],[3]]}              | grid[0][0] grid[0][1] grid[1][0]",
        "{'b':1,'a':2,'B':3}               | B a b",
        "{'a.b':1,'a':{'b':2}}             | a.b a%2Eb",
        "{'a[0]':1,'a':[2]}                | a[0] a%5B0%5D",
        "{'100%':1,'@type':'x'}            | 100%25 %40type",
        "{'':1,'a':{'':{'':2}}}            | % a.%.%",
        "{'Außen °C':1,'tilt/x':2,'a b':3} | Außen °C a b tilt/x",
        "[1,[2],{'a':3}]                   | [0] [1][0] [2].a",
        "{'a':null,'b':{},'c':[],'d':[null,{}]} | ``",
        "null                              | ``",
      })
  void namesSayWhereLeavesAre(String object, String names) throws JsonProcessingException {
    assertThat(
            leaves(JSON.readTree(object.replace('\'', '"'))).stream()
                .map(Leaf::name)
                .collect(Collectors.joining(" ")))
        .isEqualTo(names);
  }

  @Test
  void whatNoDatabaseTakesAndWhatSeparatesAKeyIsNotInNames() {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("a\u0000b", 1).put("c\td\u007f", 2).put("e|f", 3);
    object.put("g\ud83d", 4).put("h\ude00\ud83d", 5).put("\ud83d\ude00", 6);
    assertThat(leaves(object))
        .extracting(Leaf::name)
        .containsExactlyInAnyOrder(
            "a%00b", "c%09d%7F", "e%7Cf", "g%uD83D", "h%uDE00%uD83D", "\ud83d\ude00");
  }

  @Test
  void aSingleValueHasAnEmptyName() {
    assertThat(leaves(JsonNodeFactory.instance.numberNode(7)))
        .singleElement()
        .extracting(Leaf::name)
        .isEqualTo("");
  }

  /** Objects of the characters that names treat in a way of their own, and few others. */
  @Test
  void noTwoLeavesOfAnyObjectHaveTheSameNameNorTheSameBytes() {
    for (long seed = 0; seed < 3_000; seed++) {
      Random random = new Random(seed);
      JsonNode object = random.nextInt(8) == 0 ? list(random, 0) : object(random, 0);
      List<String> names = leaves(object).stream().map(Leaf::name).toList();
      assertThat(names).as("seed %d: %s", seed, object).doesNotHaveDuplicates();
      assertThat(
              names.stream()
                  .map(
                      name ->
                          new String(
                              name.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8)))
          .as("seed %d: %s", seed, object)
          .containsExactlyElementsOf(names)
          .noneMatch(name -> name.startsWith("@") || name.contains("|"));
      assertThat(count(object)).as("seed %d: %s", seed, object).isEqualTo(names.size());
    }
  }

  /** Of all objects together, not of each by itself: a series is a name through time. */
  @Test
  void aNameMeansOnePlaceInWhateverObject() {
    Random random = new Random(11);
    List<Object[]> places = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      Object[] place = new Object[1 + random.nextInt(3)];
      for (int step = 0; step < place.length; step++) {
        place[step] = random.nextInt(3) == 0 ? (Object) random.nextInt(3) : key(random);
      }
      places.add(place);
    }
    assertThat(places.stream().map(LeafTest::name).distinct().count())
        .isEqualTo(places.stream().map(List::of).distinct().count());
  }

  @Test
  void theOrderOfKeysInTheServersAnswerDoesNotMatter() {
    for (long seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      JsonNode object = object(random, 0);
      assertThat(leaves(shuffled(object, random))).isEqualTo(leaves(object));
    }
  }

  private static String name(Object... place) {
    JsonNode node = JsonNodeFactory.instance.booleanNode(true);
    for (int i = place.length - 1; i >= 0; i--) {
      if (place[i] instanceof Integer index) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (int before = 0; before < index; before++) {
          list.addNull();
        }
        node = list.add(node);
      } else {
        node = JsonNodeFactory.instance.objectNode().set((String) place[i], node);
      }
    }
    return leaves(node).get(0).name();
  }

  private static long count(JsonNode node) {
    return node.isContainerNode()
        ? Stream.of(node).flatMap(each -> stream(each)).mapToLong(LeafTest::count).sum()
        : node.isNull() ? 0 : 1;
  }

  private static Stream<JsonNode> stream(JsonNode node) {
    List<JsonNode> children = new ArrayList<>();
    node.forEach(children::add);
    return children.stream();
  }

  private static ObjectNode object(Random random, int depth) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    int size = random.nextInt(5);
    for (int i = 0; i < size; i++) {
      object.set(key(random), value(random, depth));
    }
    return object;
  }

  private static ArrayNode list(Random random, int depth) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    int size = random.nextInt(4);
    for (int i = 0; i < size; i++) {
      list.add(value(random, depth));
    }
    return list;
  }

  private static JsonNode value(Random random, int depth) {
    return switch (random.nextInt(depth > 3 ? 4 : 6)) {
      case 0 -> JsonNodeFactory.instance.numberNode(random.nextInt(100));
      case 1 -> JsonNodeFactory.instance.textNode("x");
      case 2 -> JsonNodeFactory.instance.booleanNode(true);
      case 3 -> JsonNodeFactory.instance.nullNode();
      case 4 -> list(random, depth + 1);
      default -> object(random, depth + 1);
    };
  }

  private static String key(Random random) {
    String signs = "ab.[]0%@|u2E5B\u0000\ud83d\ude00";
    StringBuilder key = new StringBuilder();
    int length = random.nextInt(4);
    for (int i = 0; i < length; i++) {
      key.append(signs.charAt(random.nextInt(signs.length())));
    }
    return key.toString();
  }

  private static JsonNode shuffled(JsonNode node, Random random) {
    if (node instanceof ArrayNode list) {
      ArrayNode copy = JsonNodeFactory.instance.arrayNode();
      list.forEach(each -> copy.add(shuffled(each, random)));
      return copy;
    }
    if (!(node instanceof ObjectNode object)) {
      return node;
    }
    List<String> keys = new ArrayList<>();
    object.fieldNames().forEachRemaining(keys::add);
    Collections.shuffle(keys, random);
    ObjectNode copy = JsonNodeFactory.instance.objectNode();
    keys.forEach(key -> copy.set(key, shuffled(object.get(key), random)));
    return copy;
  }

  /** Else a codec with a long key and many values below it would fill the worker's heap. */
  @Test
  void aNameThatNobodyTakesIsNotMadeWhole() {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.putObject("k".repeat(100_000)).put("v", 1);
    object.put("l".repeat(Measurements.LONGEST_NAME), 2);
    assertThat(leaves(object).stream().map(leaf -> leaf.name().length()))
        .containsExactly(Measurements.LONGEST_NAME + 1, Measurements.LONGEST_NAME);
  }

  private static List<Leaf> leaves(JsonNode object) {
    List<Leaf> leaves = new ArrayList<>();
    Leaf.each(object, leaves::add);
    return leaves;
  }
}
