package io.github.chirpconnect.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.Downlink;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Target;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** Which payloads a multicast group may be sent, and how often it is read for that. */
class GroupPayloadsTest {
  private static final Target GROUP = Target.group("0c9f2a6e-6f0b-4a52-9d2b-0a5f0a9c6d11");

  private long nanos;
  private int reads;
  private CompletableFuture<GroupPayloads.Limit> answer =
      CompletableFuture.completedFuture(
          new GroupPayloads.Limit(51, "region EU868 at the group's data rate 0", true));
  private final GroupPayloads payloads =
      new GroupPayloads(
          () -> nanos,
          id -> {
            assertThat(id).isEqualTo(GROUP.id());
            reads++;
            return answer;
          });

  private void check(int bytes) {
    payloads.check(new Downlink(GROUP, 1, false, new byte[bytes], null, null, null, false)).join();
  }

  @Test
  void refusesWhatIsLongerThanTheGroupPermits() {
    check(51);
    assertThatThrownBy(() -> check(52))
        .isInstanceOf(CompletionException.class)
        .cause()
        .hasMessage(
            GROUP
                + ": the payload has 52 bytes, and region EU868 at the group's data rate 0 permits 51; ChirpStack would"
                + " queue it and drop it unsent")
        .isInstanceOfSatisfying(
            ApiException.class,
            failure -> assertThat(failure.kind()).isEqualTo(FailureKind.BAD_REQUEST));
  }

  /** Its data rate may be changed meanwhile. */
  @Test
  void readsAGroupOnceInTenMinutes() {
    check(1);
    nanos += Duration.ofMinutes(9).toNanos();
    check(2);
    assertThat(reads).isEqualTo(1);
    nanos += Duration.ofMinutes(2).toNanos();
    check(3);
    assertThat(reads).isEqualTo(2);
  }

  /** The group's region could not be read: it is asked for again soon. */
  @Test
  void readsAGroupAgainInHalfAMinuteIfItsLimitIsNotSure() {
    answer =
        CompletableFuture.completedFuture(
            new GroupPayloads.Limit(
                242, "region US915 or AU915 at the group's data rate 3", false));
    check(116);
    nanos += Duration.ofSeconds(29).toNanos();
    check(116);
    assertThat(reads).isEqualTo(1);
    nanos += Duration.ofSeconds(2).toNanos();
    check(116);
    assertThat(reads).isEqualTo(2);
  }

  @Test
  void readsNothingForAnEmptyPayload() {
    check(0);
    assertThat(reads).isZero();
  }

  /** What is not known is not refused; the server itself may refuse the downlink. */
  @Test
  void permitsEveryPayloadIfTheKeyMayNotSeeTheGroup() {
    answer = failed(FailureKind.NOT_PERMITTED);
    check(242);
    assertThat(reads).isEqualTo(1);
  }

  /** Then nothing was sent, and the command is tried again. */
  @Test
  void failsAsTheReadingFailsAndAsksAgain() {
    answer = failed(FailureKind.TRANSIENT);
    assertThatThrownBy(() -> check(1)).hasRootCauseMessage("away");
    assertThatThrownBy(() -> check(1)).hasRootCauseMessage("away");
    assertThat(reads).isEqualTo(2);
  }

  private static CompletableFuture<GroupPayloads.Limit> failed(FailureKind kind) {
    return CompletableFuture.failedFuture(new ApiException(kind, "away"));
  }
}
