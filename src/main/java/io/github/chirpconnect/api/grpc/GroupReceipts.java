package io.github.chirpconnect.api.grpc;

import io.github.chirpconnect.api.QueuedDownlink;
import io.github.chirpconnect.api.Receipt;
import io.github.chirpconnect.api.Target;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Whether a multicast group's queue holds what the server has accepted. */
public final class GroupReceipts {
  static final String NOT_QUEUED =
      "the group's queue does not hold it: either it was sent at once, or no gateway is known for the group, since none of"
          + " its devices was heard yet, and then ChirpStack drops it";

  static final String NOT_SEEN =
      "whether the group's queue holds it could not be seen; if no gateway is known for the group, ChirpStack drops it";

  private GroupReceipts() {}

  /**
   * Adds a remark if the downlink is not in the queue.
   *
   * @param reached groups whose queue was seen to hold a downlink lately; nothing is asked about
   *     them
   * @param queue reads the group's queue
   */
  public static CompletableFuture<Receipt> checked(
      Receipt receipt,
      Target group,
      Remembered reached,
      Function<Target, CompletableFuture<List<QueuedDownlink>>> queue) {
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
                return receipt.with(NOT_QUEUED);
              }
              reached.add(group.id());
              return receipt;
            });
  }
}
