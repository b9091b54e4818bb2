package io.github.chirpconnect.source.activity;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * Chooses which gateways are followed if there are more than the limit. Those that were the first
 * to signal a device stay; at each turn, some of the others are replaced by gateways that wait. Not
 * thread-safe.
 */
final class GatewayChoice {
  /** In a turn, at most one in this many of the followed gateways is replaced. */
  private static final int SHARE = 4;

  private final int places;

  /** The followed gateways, and how often each was useful lately. */
  private final Map<String, Integer> chosen = new HashMap<>();

  /** The other gateways, and how often each would have been useful lately. */
  private final Map<String, Integer> waiting = new HashMap<>();

  GatewayChoice(int places) {
    this.places = places;
  }

  /** All gateways, by the latest list. */
  void listed(Set<String> gateways) {
    chosen.keySet().retainAll(gateways);
    waiting.keySet().retainAll(gateways);
    gateways.stream()
        .filter(id -> !chosen.containsKey(id))
        .forEach(id -> waiting.putIfAbsent(id, 0));
    List<String> best = best();
    best.subList(0, Math.min(best.size(), places - chosen.size())).forEach(this::take);
  }

  /** The other gateways, the most useful first; equal ones in a random order. */
  private List<String> best() {
    List<String> best = new ArrayList<>(waiting.keySet());
    best.sort(
        Comparator.<String, Integer>comparing(waiting::get, Comparator.reverseOrder())
            .thenComparing(GatewayChoice::chance));
    return best;
  }

  /** Random, because gateways that stand side by side often have consecutive ids. */
  private static long chance(String id) {
    CRC32 crc = new CRC32();
    id.chars().forEach(crc::update);
    return crc.getValue();
  }

  private void take(String id) {
    waiting.remove(id);
    chosen.put(id, 0);
  }

  /** A copy. */
  List<String> chosen() {
    return List.copyOf(chosen.keySet());
  }

  boolean isChosen(String gateway) {
    return chosen.containsKey(gateway);
  }

  /** Whether there are more than may be followed. */
  boolean isNeeded() {
    return !waiting.isEmpty();
  }

  int all() {
    return chosen.size() + waiting.size();
  }

  /** The gateway was the first to signal that a device has sent something. */
  void useful(String gateway) {
    chosen.computeIfPresent(gateway, (id, times) -> times + 1);
  }

  /**
   * Gateways have received uplinks of a device.
   *
   * @param uplinks for how many this one stands
   */
  void heard(Collection<String> gateways, int uplinks) {
    Set<String> distinct = new HashSet<>(gateways);
    if (distinct.stream().noneMatch(chosen::containsKey)) {
      distinct.forEach(id -> waiting.computeIfPresent(id, (same, times) -> times + uplinks));
    }
  }

  /** Replaces some of the least useful gateways by others that would be more useful. */
  void turn() {
    List<String> least = new ArrayList<>(chosen.keySet());
    least.sort(Comparator.comparing(chosen::get));
    List<String> best = best();
    int most = Math.min(Math.max(1, places / SHARE), Math.min(least.size(), best.size()));
    for (int i = 0; i < most; i++) {
      if (waiting.get(best.get(i)) > chosen.get(least.get(i))) {
        chosen.remove(least.get(i));
        waiting.put(least.get(i), 0);
        take(best.get(i));
      }
    }
    chosen.replaceAll((id, times) -> times / 2);
    waiting.replaceAll((id, times) -> times / 2);
  }
}
