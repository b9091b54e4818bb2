package io.github.chirpconnect.source;

import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.record.SourceRecords;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Turns what was handed over into records with their offsets. Used by Connect's thread only: what
 * it has seen is what Connect has been given, and that alone may be in an offset.
 *
 * <p>In one batch, a ledger bucket's records carry the ledger as it was before, and only the last
 * one of them as it is after: a ledger is large, and a first walk would otherwise write it once a
 * device.
 *
 * <p>A deletion is two tombstones. The first takes the device's stream position out of the offsets
 * (an offset of null), the second takes the device out of the ledger. A record carries the offset
 * of one partition, and no offset is stored without a record; for whoever reads the topic, the
 * second tombstone says nothing new. In this order a crash between them repeats the deletion,
 * rather than leave a position behind for ever.
 */
final class RecordAssembler {
  private final SourceRecords records;
  private final Ledger ledger;
  private final Positions positions;
  private final SourceMetrics metrics;

  RecordAssembler(
      SourceRecords records, Ledger ledger, Positions positions, SourceMetrics metrics) {
    this.records = records;
    this.ledger = ledger;
    this.positions = positions;
    this.metrics = metrics;
  }

  /**
   * @throws ConnectException naming what cannot be mapped; never because of what ChirpStack says,
   *     which is mapped in a generic form at least
   */
  List<SourceRecord> assemble(List<Item> items) {
    Map<Integer, Integer> left = ledgerChanges(items);
    Map<Integer, Map<String, String>> before = new HashMap<>();
    List<SourceRecord> batch = new ArrayList<>(items.size());
    for (Item item : items) {
      if (item instanceof Item.Entry entry) {
        SourceRecord record = entry(entry.passed());
        batch.add(record);
        metrics.entry(record.timestamp());
      } else {
        int bucket = Shards.bucketOf(devEui(item));
        int more = left.merge(bucket, -1, Integer::sum);
        if (more > 0) {
          before.computeIfAbsent(bucket, ledger::offset);
        }
        inventory(item, bucket, more > 0 ? before.get(bucket) : null, batch);
        metrics.device();
      }
    }
    return batch;
  }

  private static Map<Integer, Integer> ledgerChanges(List<Item> items) {
    Map<Integer, Integer> changes = new HashMap<>();
    for (Item item : items) {
      if (!(item instanceof Item.Entry)) {
        changes.merge(Shards.bucketOf(devEui(item)), 1, Integer::sum);
      }
    }
    return changes;
  }

  private static String devEui(Item item) {
    if (item instanceof Item.Changed changed) {
      return changed.device().devEui();
    }
    if (item instanceof Item.Gone gone) {
      return gone.devEui();
    }
    throw new IllegalArgumentException("no inventory item: " + item);
  }

  private SourceRecord entry(ReplayFilter.Passed passed) {
    LogEntry entry = passed.entry();
    Map<String, String> partition = Offsets.devicePartition(entry.devEui());
    Map<String, String> offset = positions.handed(entry.devEui(), entry.log(), passed.ids());
    try {
      return records.entry(entry, passed.gap(), partition, offset);
    } catch (RuntimeException e) {
      throw new ConnectException(
          "Entry "
              + entry.id().text()
              + " of the "
              + Offsets.field(entry.log())
              + " log of device "
              + entry.devEui()
              + " cannot be turned into a record: "
              + e.getMessage(),
          e);
    }
  }

  private void inventory(
      Item item, int bucket, Map<String, String> previous, List<SourceRecord> batch) {
    Map<String, String> partition = Ledger.partition(bucket);
    if (item instanceof Item.Changed changed) {
      ledger.put(changed.device().devEui(), changed.fingerprint());
      Map<String, String> offset = previous != null ? previous : ledger.offset(bucket);
      try {
        batch.add(records.device(changed.device(), partition, offset));
      } catch (RuntimeException e) {
        throw new ConnectException(
            "Device "
                + changed.device().devEui()
                + " cannot be turned into a record: "
                + e.getMessage(),
            e);
      }
    } else if (item instanceof Item.Gone gone) {
      ledger.remove(gone.devEui());
      if (positions.forget(gone.devEui())) {
        batch.add(records.deviceGone(gone.devEui(), Offsets.devicePartition(gone.devEui()), null));
      }
      Map<String, String> offset = previous != null ? previous : ledger.offset(bucket);
      batch.add(records.deviceGone(gone.devEui(), partition, offset));
    }
  }
}
