package io.github.chirpconnect.source.offset;

import java.util.HashMap;
import java.util.Map;

/**
 * The ledger's offsets in one batch of records.
 *
 * <p>Each record carries all that was handed over up to itself, since any of them may be the last
 * of its bucket that reaches Kafka: Connect stores no offset of a record that a transform drops or
 * that fails in a way that is tolerated. A ledger is large, and a first walk would write it once a
 * device. So a bucket's text is made for its last record alone; the others carry the text as it was
 * before the batch, which they share, and what has come since.
 */
public final class LedgerBatch {
  /** Where so much has come since, a new text is cheaper. */
  private static final int SINCE_BYTES = 2_048;

  private static final class Open {
    private String text;
    private final StringBuilder since = new StringBuilder();
  }

  private final Ledger ledger;
  private final Map<Integer, Integer> left;
  private final Map<Integer, Open> open = new HashMap<>();

  /**
   * @param changes how many records of each bucket are to come
   */
  public LedgerBatch(Ledger ledger, Map<Integer, Integer> changes) {
    this.ledger = ledger;
    this.left = new HashMap<>(changes);
  }

  /**
   * Changes the ledger; returns the offset of the record that says so.
   *
   * @param change of that device's entry in the ledger
   */
  public Map<String, String> offset(String devEui, Runnable change) {
    int bucket = Shards.bucketOf(devEui);
    if (left.merge(bucket, -1, Integer::sum) == 0) {
      change.run();
      return ledger.offset(bucket, ledger.text(bucket), "");
    }
    Open batch = open.computeIfAbsent(bucket, unused -> new Open());
    if (batch.text == null || batch.since.length() > SINCE_BYTES) {
      batch.text = ledger.text(bucket);
      batch.since.setLength(0);
    }
    change.run();
    if (!batch.since.isEmpty()) {
      batch.since.append(';');
    }
    batch.since.append(ledger.entry(devEui));
    return ledger.offset(bucket, batch.text, batch.since.toString());
  }
}
