package io.github.chirpconnect.api.inventory;

/**
 * @param firstList rows requested at first for a list that must be read in one call
 * @param page rows in a page
 */
public record PageSizes(int firstList, int page) {
  /**
   * The server's cost of a page is the rows that it skips, not those that it returns: 10,000
   * devices are 1.4 MB.
   */
  public static final PageSizes DEFAULT = new PageSizes(1_000, 10_000);
}
