package io.github.chirpconnect.source;

import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.record.RecordFactory;
import io.github.chirpconnect.source.handover.Handed;
import io.github.chirpconnect.source.log.ReplayFilter;
import io.github.chirpconnect.source.offset.Ledger;
import io.github.chirpconnect.source.offset.LedgerBatch;
import io.github.chirpconnect.source.offset.Offsets;
import io.github.chirpconnect.source.offset.Positions;
import io.github.chirpconnect.source.offset.Shards;
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
 * <p>A deletion is a tombstone, with which the ledger says that the device is gone. Its position in
 * its logs is kept, for it may come back. Once it is forgotten, another tombstone takes the
 * position out of the offsets (an offset of null): a record carries the offset of one partition,
 * and no offset is stored without a record. For whoever reads the topic, that tombstone says
 * nothing new. What the ledger still says of the device goes with the bucket's next record; until
 * then a restart finds no position any more, and writes nothing.
 */
final class RecordAssembler {
  private final RecordFactory records;
  private final Ledger ledger;
  private final Positions positions;
  private final SourceMetrics metrics;

  RecordAssembler(
      RecordFactory records, Ledger ledger, Positions positions, SourceMetrics metrics) {
    this.records = records;
    this.ledger = ledger;
    this.positions = positions;
    this.metrics = metrics;
  }

  /**
   * @throws ConnectException naming what cannot be mapped; never because of what ChirpStack says,
   *     which is mapped in a generic form at least
   */
  List<SourceRecord> assemble(List<Handed> items) {
    LedgerBatch offsets = new LedgerBatch(ledger, ledgerChanges(items));
    List<SourceRecord> batch = new ArrayList<>(items.size());
    for (Handed item : items) {
      if (item instanceof Handed.Entry entry) {
        SourceRecord record = entry(entry.passed());
        batch.add(record);
        metrics.entry(record.timestamp());
      } else if (item instanceof Handed.Changed changed) {
        batch.add(changed(changed, offsets));
        metrics.device();
      } else if (item instanceof Handed.Gone gone) {
        batch.add(gone(gone, offsets));
        metrics.device();
      } else if (item instanceof Handed.Forgotten forgotten) {
        forget(forgotten.devEui(), batch);
      }
    }
    return batch;
  }

  private static Map<Integer, Integer> ledgerChanges(List<Handed> items) {
    Map<Integer, Integer> changes = new HashMap<>();
    for (Handed item : items) {
      if (item instanceof Handed.Changed changed) {
        changes.merge(Shards.bucketOf(changed.device().devEui()), 1, Integer::sum);
      } else if (item instanceof Handed.Gone gone) {
        changes.merge(Shards.bucketOf(gone.devEui()), 1, Integer::sum);
      }
    }
    return changes;
  }

  private SourceRecord entry(ReplayFilter.Passed passed) {
    LogEntry entry = passed.entry();
    Map<String, String> partition = Offsets.devicePartition(entry.devEui());
    Map<String, String> offset = positions.delivered(entry.devEui(), entry.log(), passed.ids());
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

  private SourceRecord changed(Handed.Changed item, LedgerBatch offsets) {
    String devEui = item.device().devEui();
    Map<String, String> offset =
        offsets.offset(devEui, () -> ledger.put(devEui, item.fingerprint()));
    try {
      return records.device(item.device(), Ledger.partition(Shards.bucketOf(devEui)), offset);
    } catch (RuntimeException e) {
      throw new ConnectException(
          "Device " + devEui + " cannot be turned into a record: " + e.getMessage(), e);
    }
  }

  private SourceRecord gone(Handed.Gone item, LedgerBatch offsets) {
    String devEui = item.devEui();
    Map<String, String> offset = offsets.offset(devEui, () -> ledger.gone(devEui, item.at()));
    return records.deviceGone(devEui, Ledger.partition(Shards.bucketOf(devEui)), offset);
  }

  private void forget(String devEui, List<SourceRecord> batch) {
    ledger.forget(devEui);
    if (positions.forget(devEui)) {
      batch.add(records.deviceGone(devEui, Offsets.devicePartition(devEui), null));
      metrics.device();
    }
  }
}
