package io.github.chirpconnect.source.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.chirpconnect.api.Entity;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.metrics.SourceMetrics;
import io.github.chirpconnect.record.Deletion;
import io.github.chirpconnect.record.EntityRecord;
import io.github.chirpconnect.record.Fingerprints;
import io.github.chirpconnect.record.RecordFactory;
import io.github.chirpconnect.source.handover.Handed;
import io.github.chirpconnect.source.offset.Ledger;
import io.github.chirpconnect.source.offset.PositionShape;
import io.github.chirpconnect.source.offset.Positions;
import java.time.Clock;
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
 * <p>A deletion goes to the topic where the entity's last record is, and the ledger says that it is
 * gone. The position in its logs is kept, for it may come back. Once it is forgotten, the same
 * record or tombstone again takes the position out of the offsets (an offset of null): a record
 * carries the offset of one partition, and no offset is stored without a record.
 *
 * <p>An entity whose topic is another one now, because it has moved or its tenant is called
 * otherwise, is deleted in the old topic and written to the new one. The ledger says so with the
 * last of these records alone: if they do not all reach Kafka, a restart finds the move again.
 */
public final class EntityEmitter {
  private static final int BYTES_OF_A_FIELD = 60;

  private final Feed feed;
  private final RecordFactory records;
  private final Ledger ledger;
  private final Positions positions;
  private final Fingerprints fingerprints;
  private final Clock wallClock;
  private final SourceMetrics metrics;

  /**
   * @param ledger of this feed, with what was handed over before
   * @param volatileFields whose change alone is not worth a record
   * @param wallClock for when it is found that an entity has moved
   */
  public EntityEmitter(
      Feed feed,
      RecordFactory records,
      Ledger ledger,
      Positions positions,
      Set<String> volatileFields,
      Clock wallClock,
      SourceMetrics metrics) {
    this.feed = feed;
    this.records = records;
    this.ledger = ledger;
    this.positions = positions;
    this.fingerprints = records.fingerprints(feed, volatileFields);
    this.wallClock = wallClock;
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
        try {
          write(entity, fingerprint, batch);
        } catch (ConnectException e) {
          throw e;
        } catch (RuntimeException e) {
          throw new ConnectException(
              entity.id()
                  + " of the feed "
                  + feed
                  + " cannot be turned into a record: "
                  + e.getMessage(),
              e);
        }
      }
    };
  }

  private void write(Entity entity, String fingerprint, List<SourceRecord> batch) {
    String id = entity.id();
    EntityRecord record = records.entity(entity);
    Optional<String> before = ledger.presentTopic(id);
    // What cannot be read leaves the last record where it is.
    String home = record.isReadable() ? record.home() : before.orElse(record.home());
    if (before.isPresent() && !before.get().equals(home)) {
      Map<String, String> former = ledger.offset(id);
      Deletion move = new Deletion(feed, id, before.get(), wallClock.instant(), home);
      add(records.gone(move, ledger.partition(id), former, former), batch);
    }
    Map<String, String> offset = ledger.put(id, fingerprint, home);
    add(List.of(record.at(ledger.partition(id), offset)), batch);
  }

  private void add(List<SourceRecord> some, List<SourceRecord> batch) {
    batch.addAll(some);
    some.forEach(record -> metrics.inventoryRecord());
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
        Optional<String> topic = ledger.lastTopic(id);
        if (topic.isEmpty()) {
          ledger.forget(id); // Nothing was written of it.
          return;
        }
        Map<String, String> former = ledger.offset(id);
        Deletion deletion = new Deletion(feed, id, topic.get(), at, null);
        add(records.gone(deletion, ledger.partition(id), former, ledger.gone(id, at)), batch);
      }
    };
  }

  /** An entity that was deleted so long ago that its position is forgotten. */
  Handed forgotten(String id) {
    return new Handed() {
      @Override
      public long bytes() {
        return OVERHEAD;
      }

      @Override
      public void addTo(List<SourceRecord> batch) {
        Optional<String> topic = ledger.lastTopic(id);
        Instant at = ledger.goneAt(id).orElseGet(wallClock::instant);
        ledger.forget(id);
        Optional<PositionShape> shape = PositionShape.of(feed);
        if (topic.isPresent() && shape.isPresent() && positions.forget(shape.get(), id)) {
          Deletion deletion = new Deletion(feed, id, topic.get(), at, null);
          add(List.of(records.goneAgain(deletion, shape.get().partition(id))), batch);
        }
      }
    };
  }
}
