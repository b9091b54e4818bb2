package io.github.chirpconnect.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Generation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * A ChirpStack server, as the connectors need it. Safe for use by many threads. Every failure is an
 * {@link ApiException}, thrown or as the stage's exception (never wrapped in a {@code
 * CompletionException} when observed by {@code whenComplete} on the returned stage itself). Stages
 * complete on the transport's threads: hold none of them up.
 *
 * <p>Creating one makes no call: the server may be down. Every unary call has the configured
 * deadline.
 */
public interface ChirpStack extends AutoCloseable {

  /**
   * The server's generation: the same for as long as this object lives.
   *
   * @throws IllegalStateException before the first call was answered, where it is not configured
   */
  Generation generation();

  /**
   * Walks the inventory, one dataset after the other, small ones first, and one page after the
   * other, in an order in which nothing is skipped or told twice unless it moves meanwhile. Blocks;
   * one unary call at a time. Returns normally only when the walk was complete.
   *
   * @param scope what is in tenants is listed for its tenants, what is in applications for theirs
   *     and for its applications
   * @param kinds the wanted datasets, all of them inventories; device queues have no list, and are
   *     asked for by {@link #queueItems}
   * @param walk gets each page as it comes, and hears what of the scope is not there
   * @throws ApiException also {@link FailureKind#NOT_PERMITTED} when the key may not see what the
   *     scope asks for
   */
  void inventory(Scope scope, Set<Feed> kinds, InventoryWalk walk) throws InterruptedException;

  /**
   * What a server counted and measured, bucket by bucket, from the one that has the start in it to
   * the one that has the end. The newest may still grow. Older ones than the server keeps read 0,
   * and each costs it a read. A mean of nothing is left out; so is what a server or this generation
   * does not keep.
   *
   * @param feed a series
   * @param id of a device or gateway, 16 lower-case hex digits
   */
  CompletionStage<List<MetricPoint>> metrics(
      Feed feed, String id, Instant start, Instant end, Aggregation aggregation);

  /**
   * Opens a log; nothing arrives before {@link LogStream#request}. Success is silent: a quiet log
   * says nothing. Never throws; what goes wrong comes to {@link LogListener#onEnd}.
   *
   * @param owner the device's EUI or the gateway's id, 16 lower-case hex digits
   */
  LogStream open(LogKind log, String owner, LogListener listener);

  /**
   * Queues a downlink. Not idempotent: see {@link FailureKind#IN_DOUBT}. An object for a device
   * without a codec is refused as {@link FailureKind#BAD_REQUEST}, as far as the key may see that.
   */
  CompletionStage<Receipt> enqueue(Downlink downlink);

  /**
   * Empties a device's downlink queue, items that wait for an acknowledgement included. Idempotent,
   * so a lost answer is {@link FailureKind#TRANSIENT}: ask again.
   */
  CompletionStage<Void> flush(String devEui);

  /** A device's downlink queue in the order of sending. */
  CompletionStage<List<QueuedDownlink>> queue(String devEui);

  /**
   * As {@link #queue}, each item in ChirpStack v4's JSON, as the body of an {@link Entity}: the
   * frame counter is null until it is given.
   */
  CompletionStage<List<ObjectNode>> queueItems(String devEui);

  CompletionStage<DeviceState> state(String devEui);

  /**
   * How often the devices of a profile are expected to send something; empty where the server does
   * not tell. {@link FailureKind#NOT_PERMITTED} where the key may not see the profile.
   *
   * @param profileId as the inventory lists it
   */
  CompletionStage<Optional<Duration>> uplinkInterval(String profileId);

  /**
   * Whether the server honours a part of a downlink that older ones ignore. Asked once, then
   * remembered.
   */
  CompletionStage<Boolean> supports(Feature feature);

  /**
   * Asks whether the server is there, of this generation, and accepts the token. Cheap, without
   * side effects. Open streams do not notice that their key was revoked, so whoever holds some asks
   * now and then.
   */
  CompletionStage<Void> probe();

  /**
   * As {@link #probe}, and fails with {@link FailureKind#READ_ONLY} when the key is known to be
   * unable to queue anything for any device. Where that can't be told without a device, it is not.
   */
  CompletionStage<Void> probeWriting();

  /** Ends all streams and calls at once and returns without waiting for them. */
  @Override
  void close();
}
