package io.github.chirpconnect.common;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class BoundedMapTest {
  @Test
  void forgetsTheOldestOrTheLeastUsedEntry() {
    assertThat(afterThreeOfTwo(BoundedMap.oldestFirst(2)).keySet()).containsExactly("b", "c");
    assertThat(afterThreeOfTwo(BoundedMap.leastUsedFirst(2)).keySet()).containsExactly("a", "c");
  }

  private static Map<String, Integer> afterThreeOfTwo(Map<String, Integer> map) {
    map.put("a", 1);
    map.put("b", 2);
    assertThat(map.get("a")).isEqualTo(1);
    map.put("c", 3);
    return map;
  }
}
