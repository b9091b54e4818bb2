package io.github.chirpconnect.simulator.server;

import java.util.Arrays;

/** A release of the server, of which parts that are not told are zero. */
public record Version(int major, int minor, int patch) implements Comparable<Version> {

  /**
   * @param text such as {@code 4.12} or {@code 3.17.2}
   */
  public static Version of(String text) {
    int[] parts = Arrays.stream(text.split("\\.")).mapToInt(Integer::parseInt).toArray();
    return new Version(parts[0], parts.length > 1 ? parts[1] : 0, parts.length > 2 ? parts[2] : 0);
  }

  /** Whether what came with a release is in this one. */
  public boolean has(String since) {
    return compareTo(of(since)) >= 0;
  }

  @Override
  public int compareTo(Version other) {
    int byMajor = Integer.compare(major, other.major);
    int byMinor = byMajor != 0 ? byMajor : Integer.compare(minor, other.minor);
    return byMinor != 0 ? byMinor : Integer.compare(patch, other.patch);
  }

  @Override
  public String toString() {
    return major + "." + minor + "." + patch;
  }
}
