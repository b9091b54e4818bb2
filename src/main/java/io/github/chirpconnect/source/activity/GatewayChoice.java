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
  /** At most one of this many places changes in a turn. */
  private static final int SHARE = 4;

  private final int places;

  /** How often each followed gateway was useful lately. */
  private final Map<String, Integer> chosen = new HashMap<>();

  /** How often each waiting gateway would have been useful lately. */
  private final Map<String, Integer> waiting = new HashMap<>();

  GatewayChoice(int places) {
    this.places = places;
  }

  /** The gateways that the server lists now. */
  void listed(Set<String> gateways) {
    chosen.keySet().retainAll(gateways);
    waiting.keySet().retainAll(gateways);
    gateways.stream()
        .filter(id -> !chosen.containsKey(id))
        .forEach(id -> waiting.putIfAbsent(id, 0));
    List<String> best = best();
    best.subList(0, Math.min(best.size(), places - chosen.size())).forEach(this::take);
  }

  /** The waiting gateways, the most useful first; equally useful ones in an order by hash. */
  private List<String> best() {
    List<String> best = new ArrayList<>(waiting.keySet());
    best.sort(
        Comparator.<String, Integer>comparing(waiting::get, Comparator.reverseOrder())
            .thenComparing(GatewayChoice::chance));
    return best;
  }

  /** A hash of the id: gateways close to each other often have similar ids. */
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

  /**
   * Replaces some of the least useful gateways by waiting ones that would have been more useful.
   */
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
