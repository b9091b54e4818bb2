package io.github.chirpconnect.source;

import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.record.schema.InventorySchemas;
import io.github.chirpconnect.record.topic.Topics;
import io.github.chirpconnect.source.inventory.EntityEmitter;
import io.github.chirpconnect.source.inventory.FeedReader;
import io.github.chirpconnect.source.log.StreamQuota;
import io.github.chirpconnect.source.offset.Ledger;
import io.github.chirpconnect.source.offset.LedgerShape;
import io.github.chirpconnect.source.offset.Offsets;
import io.github.chirpconnect.source.offset.Shards;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An inventory feed that is written.
 *
 * @param ledger the entities that were written; the emitter continues it
 * @param known entities, from the ledgers of all tasks
 */
record EmittedFeed(Ledger ledger, EntityEmitter emitter, FeedReader.Known known) {
  private static final Logger LOG = LoggerFactory.getLogger(EmittedFeed.class);

  /** Reads the ledgers from Connect's offsets. */
  static EmittedFeed of(StartedSource.Task task, Feed feed) {
    Topics topics = task.topics();
    Ledger ledger =
        new Ledger(
            feed, topics.pattern(feed, InventorySchemas.of(feed).topic()), !topics.followPlaces());
    FeedReader.Known known = read(task, feed, ledger);
    if (ledger.formerPattern() != null) {
      LOG.info(
          "The {} were written to {} so far; all of them are written to {} now. What is in the former topics stays as it is",
          feed,
          ledger.formerPattern(),
          ledger.pattern());
    }
    LOG.info("{} {} are known from before", known.fingerprints().size(), feed);
    EntityEmitter emitter =
        new EntityEmitter(
            feed,
            task.records(),
            ledger,
            task.positions(),
            volatileFields(task, feed),
            task.dependencies().wallClock(),
            task.metrics());
    return new EmittedFeed(ledger, emitter, known);
  }

  /**
   * The configured fields, without those that the topic's name contains: when one of these changes,
   * the entity moves to another topic.
   */
  private static Set<String> volatileFields(StartedSource.Task task, Feed feed) {
    Set<String> fields =
        new HashSet<>(
            task.config()
                .volatileFields(feed)
                .orElse(InventorySchemas.of(feed).volatileByDefault()));
    fields.removeAll(task.topics().fieldsOfPlaces());
    if (task.topics().haveNames()) {
      fields.remove("name"); // A tenant's and an application's own.
    }
    return fields;
  }

  /**
   * Reads the buckets of all tasks, and loads those that may belong to this task: which do depends
   * on the server's generation, which is not known yet.
   */
  private static FeedReader.Known read(StartedSource.Task task, Feed feed, Ledger ledger) {
    Set<String> everybody = new HashSet<>();
    List<Shards> shares = new ArrayList<>();
    for (Generation generation : StreamQuota.possible(task.config())) {
      StreamQuota.of(task.config(), generation).share(task.shards()).ifPresent(shares::add);
    }
    task.offsets()
        .offsets(LedgerShape.partitions(feed))
        .forEach(
            (partition, offset) -> {
              if (offset == null) {
                return;
              }
              Offsets.check(Map.of(partition, offset));
              int bucket = LedgerShape.bucket(partition);
              if (shares.stream().anyMatch(share -> share.ownsBucket(bucket))) {
                ledger.load(bucket, offset);
              }
              everybody.addAll(LedgerShape.present(bucket, offset));
            });
    return new FeedReader.Known(ledger.present(), ledger.departed(), everybody);
  }
}
