package io.github.chirpconnect.source.activity;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which gateways are followed, where there are more than may be: those that were the first to name
 * a device stay, and of the others some give way to gateways that wait, turn by turn. Not
 * thread-safe.
 */
final class GatewayChoice {
  /** One place of so many changes in a turn. */
  private static final int SHARE = 8;

  private final int places;

  /** How often each was of use lately. */
  private final Map<String, Integer> chosen = new LinkedHashMap<>();

  private final Deque<String> waiting = new ArrayDeque<>();

  GatewayChoice(int places) {
    this.places = places;
  }

  /** These are all there are. */
  void listed(Set<String> gateways) {
    chosen.keySet().retainAll(gateways);
    waiting.retainAll(gateways);
    gateways.stream()
        .filter(id -> !chosen.containsKey(id) && !waiting.contains(id))
        .forEach(waiting::addLast);
    fill();
  }

  private void fill() {
    while (chosen.size() < places && !waiting.isEmpty()) {
      chosen.put(waiting.removeFirst(), 0);
    }
  }

  /** A copy. */
  List<String> chosen() {
    return List.copyOf(chosen.keySet());
  }

  boolean isChosen(String gateway) {
    return chosen.containsKey(gateway);
  }

  int all() {
    return chosen.size() + waiting.size();
  }

  /** The gateway was the first to say that a device has spoken. */
  void useful(String gateway) {
    chosen.computeIfPresent(gateway, (id, times) -> times + 1);
  }

  /** Some of those that were of least use make room for some that wait. */
  void turn() {
    int leaving = Math.min(waiting.size(), Math.max(1, places / SHARE));
    List<String> least = new ArrayList<>(chosen.keySet());
    least.sort(Comparator.comparing(chosen::get));
    for (String id : least.subList(0, Math.min(leaving, least.size()))) {
      chosen.remove(id);
      waiting.addLast(id);
    }
    chosen.replaceAll((id, times) -> times / 2);
    fill();
  }
}
