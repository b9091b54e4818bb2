package io.github.chirpconnect.source.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.chirpconnect.api.Entity;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.metrics.SourceMetrics;
import io.github.chirpconnect.record.Fingerprints;
import io.github.chirpconnect.record.RecordFactory;
import io.github.chirpconnect.source.handover.Handed;
import io.github.chirpconnect.source.offset.Ledger;
import io.github.chirpconnect.source.offset.PositionShape;
import io.github.chirpconnect.source.offset.Positions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * What is written of one inventory feed. Fingerprints are taken on the walk's thread; the ledger is
 * used on Connect's alone.
 *
 * <p>A deletion is a tombstone, with which the ledger says that the entity is gone. The position in
 * its logs is kept, for it may come back. Once it is forgotten, an identical tombstone takes the
 * position out of the offsets (an offset of null): a record carries the offset of one partition,
 * and no offset is stored without a record.
 */
public final class EntityEmitter {
  private static final int BYTES_OF_A_FIELD = 60;

  private final Feed feed;
  private final RecordFactory records;
  private final Ledger ledger;
  private final Positions positions;
  private final Fingerprints fingerprints;
  private final SourceMetrics metrics;

  /**
   * @param ledger of this feed, with what was handed over before
   * @param volatileFields whose change alone is not worth a record
   */
  public EntityEmitter(
      Feed feed,
      RecordFactory records,
      Ledger ledger,
      Positions positions,
      Set<String> volatileFields,
      SourceMetrics metrics) {
    this.feed = feed;
    this.records = records;
    this.ledger = ledger;
    this.positions = positions;
    this.fingerprints = records.fingerprints(feed, volatileFields);
    this.metrics = metrics;
  }

  String fingerprint(Entity entity) {
    return fingerprints.of(entity);
  }

  /** An entity that is new or has changed. */
  Handed changed(Entity entity, String fingerprint) {
    long bytes = 2 * Handed.OVERHEAD + bytes(entity.body());
    return new Handed() {
      @Override
      public long bytes() {
        return bytes;
      }

      @Override
      public void addTo(List<SourceRecord> batch) {
        Map<String, String> offset = ledger.put(entity.id(), fingerprint);
        try {
          batch.add(records.entity(entity, ledger.partition(entity.id()), offset));
        } catch (RuntimeException e) {
          throw new ConnectException(
              entity.id()
                  + " of the feed "
                  + feed
                  + " cannot be turned into a record: "
                  + e.getMessage(),
              e);
        }
        metrics.inventoryRecord();
      }
    };
  }

  /** A device's queue may hold thousands of downlinks. */
  private static long bytes(JsonNode node) {
    long bytes = 0;
    for (JsonNode child : node) {
      bytes += BYTES_OF_A_FIELD + (child.isContainerNode() ? bytes(child) : 0);
    }
    return bytes;
  }

  /** An entity that is no longer in the inventory. */
  Handed gone(String id, Instant at) {
    return new Handed() {
      @Override
      public long bytes() {
        return OVERHEAD;
      }

      @Override
      public void addTo(List<SourceRecord> batch) {
        Map<String, String> offset = ledger.gone(id, at);
        batch.add(records.gone(feed, id, ledger.partition(id), offset));
        metrics.inventoryRecord();
      }
    };
  }

  /** An entity that has been gone for so long that nothing of it is kept. */
  Handed forgotten(String id) {
    return new Handed() {
      @Override
      public long bytes() {
        return OVERHEAD;
      }

      @Override
      public void addTo(List<SourceRecord> batch) {
        ledger.forget(id);
        Optional<PositionShape> shape = PositionShape.of(feed);
        if (shape.isPresent() && positions.forget(shape.get(), id)) {
          batch.add(records.gone(feed, id, shape.get().partition(id), null));
          metrics.inventoryRecord();
        }
      }
    };
  }
}
