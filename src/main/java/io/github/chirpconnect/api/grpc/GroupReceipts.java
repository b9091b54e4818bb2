package io.github.chirpconnect.api.grpc;

import io.github.chirpconnect.api.QueuedDownlink;
import io.github.chirpconnect.api.Receipt;
import io.github.chirpconnect.api.Target;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Makes the receipts of downlinks for multicast groups. A server that knows no gateway for a group
 * accepts a downlink and drops it; so until a group's queue was seen to hold a downlink, each one
 * is looked for.
 */
public final class GroupReceipts {
  static final String NOT_QUEUED =
      "the group's queue does not hold it: either it was sent at once, or no gateway is known for the group, since none of"
          + " its devices was heard yet, and then ChirpStack drops it";

  static final String NOT_SEEN =
      "whether the group's queue holds it could not be seen; if no gateway is known for the group, ChirpStack drops it";

  /**
   * Short, since the gateways that heard the devices may be forgotten, by a loss of the server's
   * Redis or because others were assigned. A group is sent a downlink each few seconds at most.
   */
  private static final Duration REACHED = Duration.ofSeconds(30);

  private static final Duration LATELY = Duration.ofMinutes(10);

  /** Groups whose queue was seen to hold a downlink just now; nothing is asked about them. */
  private final Remembered reached;

  /**
   * Groups whose last look showed the downlink. If the next one is missing, the server has probably
   * sent it in the moment before the look; if the one after that is missing too, probably not.
   */
  private final Remembered reachedLately;

  private final Function<Target, CompletableFuture<List<QueuedDownlink>>> queue;

  /**
   * @param queue reads a group's queue
   */
  public GroupReceipts(
      LongSupplier nanoClock, Function<Target, CompletableFuture<List<QueuedDownlink>>> queue) {
    this.reached = new Remembered(nanoClock, REACHED);
    this.reachedLately = new Remembered(nanoClock, LATELY);
    this.queue = queue;
  }

  /**
   * The receipt of a downlink, with a remark if it seems never to have been in the queue.
   *
   * @param fCnt the unsigned frame counter that the server gave it
   */
  public CompletableFuture<Receipt> of(Target group, int fCnt) {
    Receipt receipt = new Receipt(null, Integer.toUnsignedLong(fCnt));
    if (reached.contains(group.id())) {
      return CompletableFuture.completedFuture(receipt);
    }
    return queue
        .apply(group)
        .handle(
            (items, e) -> {
              if (e != null) {
                return receipt.with(NOT_SEEN);
              }
              if (items.stream().noneMatch(item -> receipt.fCntDown().equals(item.fCntDown()))) {
                return reachedLately.forget(group.id()) ? receipt : receipt.with(NOT_QUEUED);
              }
              reached.add(group.id());
              reachedLately.add(group.id());
              return receipt;
            });
  }
}
