package io.github.chirpconnect.api.grpc;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.Downlink;
import io.github.chirpconnect.api.FailureKind;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Refuses payloads that are too long for their multicast group. ChirpStack queues them, and drops
 * them without an event when it is about to send them. A group is read once, and again after ten
 * minutes: its data rate can be changed. Safe for use by many threads.
 */
public final class GroupPayloads {
  private static final int GROUPS_MAX = 10_000;
  private static final Duration BELIEVED = Duration.ofMinutes(10);
  private static final Duration BELIEVED_IF_UNSURE = Duration.ofSeconds(30);

  /**
   * The longest payload that a group can be sent.
   *
   * @param where what permits no more, as it stands in a message
   * @param sure false if not all could be read that decides, so that it is read again soon
   */
  public record Limit(int most, String where, boolean sure) {
    /** The key may not see the group. */
    private static final Limit NOT_KNOWN = new Limit(Integer.MAX_VALUE, null, false);
  }

  private final Function<String, CompletableFuture<Limit>> read;
  private final AnswerCache<Limit> limits;

  /**
   * @param read the limit of a group by its id; a failure that only says that the key may not see
   *     the group permits every payload
   */
  public GroupPayloads(LongSupplier nanoClock, Function<String, CompletableFuture<Limit>> read) {
    this.read = read;
    this.limits =
        new AnswerCache<>(
            GROUPS_MAX, nanoClock, limit -> limit.sure() ? BELIEVED : BELIEVED_IF_UNSURE);
  }

  /**
   * @return fails with {@link FailureKind#BAD_REQUEST} if the payload is too long, and as the call
   *     if the group could not be read
   */
  public CompletableFuture<Void> check(Downlink downlink) {
    int bytes = downlink.data().length;
    if (bytes == 0) {
      return CompletableFuture.completedFuture(null);
    }
    return limits
        .get(
            downlink.target().id(),
            id -> Futures.ifShown(read.apply(id), limit -> limit, Limit.NOT_KNOWN))
        .thenCompose(
            limit ->
                bytes <= limit.most()
                    ? CompletableFuture.completedFuture(null)
                    : CompletableFuture.failedFuture(
                        new ApiException(
                            FailureKind.BAD_REQUEST,
                            downlink.target()
                                + ": the payload has "
                                + bytes
                                + " bytes, and "
                                + limit.where()
                                + " permits "
                                + limit.most()
                                + "; ChirpStack would queue it and drop it unsent")));
  }
}
