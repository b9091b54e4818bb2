package io.github.chirpconnect.api.inventory;

/**
 * @param firstList rows asked for at first where a list has to come in one piece
 * @param page rows in a page
 */
public record PageSizes(int firstList, int page) {
  /** A page costs the server what it skips, not what it carries: 10,000 devices are 1.4 MB. */
  public static final PageSizes DEFAULT = new PageSizes(1_000, 10_000);
}
