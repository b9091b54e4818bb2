package io.github.chirpconnect.api.inventory;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The order of a server's list, which decides how pages are put together. */
public enum Order {
  /** In the order of ids. */
  BY_ID {
    @Override
    Seen start() {
      return new ByLast();
    }
  },
  /** In another order in which no two rows of a list are equal. */
  UNIQUE {
    @Override
    Seen start() {
      return new ById();
    }
  },
  /** Rows may change places between two pages, so a list must be read in one call. */
  NOT_UNIQUE {
    @Override
    Seen start() {
      throw new IllegalStateException("a list that is not unique has no pages");
    }
  };

  /** Starts a list. */
  abstract Seen start();

  /** Remembers what was passed on of a list. */
  interface Seen {
    /** Whether the page has the order that was requested. */
    boolean inOrder(List<String> page);

    boolean contains(String id);

    void add(List<String> page);

    boolean isEmpty();
  }

  private static final class ByLast implements Seen {
    private String last = "";

    @Override
    public boolean inOrder(List<String> page) {
      for (int i = 1; i < page.size(); i++) {
        if (page.get(i - 1).compareTo(page.get(i)) >= 0) {
          return false;
        }
      }
      return true;
    }

    @Override
    public boolean contains(String id) {
      return id.compareTo(last) <= 0;
    }

    /** After a step back, a whole page may consist of rows that were passed on already. */
    @Override
    public void add(List<String> page) {
      String end = page.get(page.size() - 1);
      if (!contains(end)) {
        last = end;
      }
    }

    @Override
    public boolean isEmpty() {
      return last.isEmpty();
    }
  }

  /** The database sorts texts by its collation, which cannot be checked here. */
  private static final class ById implements Seen {
    private final Set<String> ids = new HashSet<>();

    @Override
    public boolean inOrder(List<String> page) {
      return true;
    }

    @Override
    public boolean contains(String id) {
      return ids.contains(id);
    }

    @Override
    public void add(List<String> page) {
      ids.addAll(page);
    }

    @Override
    public boolean isEmpty() {
      return ids.isEmpty();
    }
  }
}
