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
 * complete on the transport's threads, which must not be blocked.
 *
 * <p>Creating one makes no call: the server may be down. Every unary call has the configured
 * deadline.
 */
public interface ChirpStack extends AutoCloseable {

  /**
   * The server's generation. It never changes for this object.
   *
   * @throws IllegalStateException before the first call was answered, if the generation is not
   *     configured
   */
  Generation generation();

  /**
   * Lists the inventory, one dataset after the other, small ones first, page by page. The order is
   * such that no entity is skipped or delivered twice unless it moves during the walk. Blocks;
   * makes one unary call at a time. Returns normally only if the walk was complete.
   *
   * @param scope datasets of tenants are listed for its tenants; datasets of applications for the
   *     applications of these tenants and for its own applications
   * @param kinds the wanted datasets, all of them inventories; device queues have no list, see
   *     {@link #queueItems}
   * @param walk receives each page, and is told which parts of the scope do not exist
   * @throws ApiException also {@link FailureKind#NOT_PERMITTED} if the key may not see what the
   *     scope names
   */
  void inventory(Scope scope, Set<Feed> kinds, InventoryWalk walk) throws InterruptedException;

  /**
   * Lists devices of an application in the order in which they were seen, the latest first. Those
   * that were never seen come before all others or after them, depending on the server's database.
   * The server sorts the whole application for each call, however few devices are asked for. The
   * result is empty if the server does not have this order: v3, and v4 before 4.12.
   */
  CompletionStage<Optional<List<SeenDevice>>> lastSeen(String applicationId, int limit, int offset);

  /**
   * Reads what the server counted or measured, bucket by bucket: from the bucket that contains
   * {@code start} to the one that contains {@code end}. The newest bucket may still grow. A bucket
   * that is older than the server keeps reads 0, and costs the server a read nevertheless. Left out
   * are means without a value, and metrics that the server or its generation does not keep.
   *
   * @param feed a series
   * @param id of a device or gateway, 16 lower-case hex digits
   */
  CompletionStage<List<MetricPoint>> metrics(
      Feed feed, String id, Instant start, Instant end, Aggregation aggregation);

  /**
   * Opens a log. No entry arrives before {@link LogStream#request}. The server does not confirm a
   * stream: an open stream of a quiet log is silent. Never throws; {@link LogListener#onEnd} gets
   * every failure.
   *
   * @param owner the device's EUI or the gateway's id, 16 lower-case hex digits
   */
  LogStream open(LogKind log, String owner, LogListener listener);

  /**
   * Queues a downlink. Not idempotent: see {@link FailureKind#IN_DOUBT}. If the device has no
   * codec, an object is refused as {@link FailureKind#BAD_REQUEST}, provided that the key may see
   * this.
   */
  CompletionStage<Receipt> enqueue(Downlink downlink);

  /**
   * Empties a downlink queue, including items that wait for an acknowledgement. Idempotent: a lost
   * answer is {@link FailureKind#TRANSIENT}, and the call can be repeated.
   */
  CompletionStage<Void> flush(Target target);

  /** A downlink queue in the order of sending. */
  CompletionStage<List<QueuedDownlink>> queue(Target target);

  /**
   * The frame counter of a multicast group: of the next downlink that the server takes for it. Each
   * one that is taken raises it by one, also if it reaches no gateway.
   */
  CompletionStage<Long> frameCounter(String multicastGroupId);

  /**
   * As {@link #queue}, with each item in ChirpStack v4's JSON, as in {@link Entity#body}. The frame
   * counter is null until the server assigns it.
   */
  CompletionStage<List<ObjectNode>> queueItems(String devEui);

  CompletionStage<DeviceState> state(String devEui);

  /**
   * The interval at which devices of a profile are expected to send; empty if the server does not
   * tell. Fails with {@link FailureKind#NOT_PERMITTED} if the key may not see the profile.
   *
   * @param profileId as the inventory lists it
   */
  CompletionStage<Optional<Duration>> uplinkInterval(String profileId);

  /**
   * Whether the server honours a part of a downlink that older releases ignore. The server is asked
   * once; the answer is remembered.
   */
  CompletionStage<Boolean> supports(Feature feature);

  /**
   * Checks that the server answers, is of this generation, and accepts the token. Cheap and without
   * side effects. An open stream does not notice that its key was revoked, so a holder of streams
   * probes at intervals.
   */
  CompletionStage<Void> probe();

  /**
   * As {@link #probe}, and fails with {@link FailureKind#READ_ONLY} if the key is known to be
   * unable to queue downlinks for any device. If only a call for a device could show this, it
   * succeeds.
   */
  CompletionStage<Void> probeWriting();

  /** Ends all streams and calls at once and returns without waiting for them. */
  @Override
  void close();
}
