package io.github.chirpconnect.api;

/**
 * Names an entry of a log; the same on each replay of the log.
 *
 * <p>Most logs have the ids of Redis streams ({@link Sequenced}). The frame log of ChirpStack v3
 * has none; there a digest of the content names an entry ({@link Digest}). Digests have no order.
 */
public sealed interface EntryId {

  /**
   * Text form for offsets and the header {@code chirpstack.id}: {@code 1795521440426-0}, or {@code
   * d:…} for a digest.
   */
  String text();

  /**
   * @throws IllegalArgumentException if the text is not an id; the message shows it
   */
  static EntryId parse(String text) {
    if (text.startsWith(Digest.PREFIX)) {
      return new Digest(text.substring(Digest.PREFIX.length()));
    }
    int dash = text.indexOf('-');
    try {
      return new Sequenced(
          Long.parseLong(text.substring(0, dash)), Long.parseLong(text.substring(dash + 1)));
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is no log entry id; expected <milliseconds>-<sequence>", e);
    }
  }

  /**
   * The id of a Redis stream entry, strictly increasing within one log. Compared as two integers:
   * as text, {@code 5-10} would come before {@code 5-9}.
   *
   * @param millis Unix time in milliseconds, by the clock of the server's Redis when the entry was
   *     written
   * @param sequence counts the entries of one millisecond
   */
  record Sequenced(long millis, long sequence) implements EntryId, Comparable<Sequenced> {
    public Sequenced {
      if (millis < 0 || sequence < 0) {
        throw new IllegalArgumentException("negative log entry id " + millis + "-" + sequence);
      }
    }

    @Override
    public String text() {
      return millis + "-" + sequence;
    }

    @Override
    public int compareTo(Sequenced other) {
      int byMillis = Long.compare(millis, other.millis);
      return byMillis != 0 ? byMillis : Long.compare(sequence, other.sequence);
    }
  }

  /** A digest of an entry's content, where the server gives no id. */
  record Digest(String hex) implements EntryId {
    private static final String PREFIX = "d:";

    @Override
    public String text() {
      return PREFIX + hex;
    }
  }
}
