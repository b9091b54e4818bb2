package io.github.chirpconnect.api;

import static io.github.chirpconnect.api.FailureKind.TRANSIENT;
import static io.github.chirpconnect.api.FailureKind.WRONG_SERVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.chirpconnect.feed.Feed;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PatientChirpStackTest {
  private static final Duration GRACE = Duration.ofSeconds(60);
  private final ApiException page =
      new ApiException(WRONG_SERVER, Subject.of(Subject.Type.PROXY), "HTTP 404, text/plain", null);

  private final AtomicReference<LogListener> listener = new AtomicReference<>();
  private long now = Long.MAX_VALUE - 5; // System.nanoTime may overflow
  private ApiException failure;
  private Optional<String> finding = Optional.empty();
  private boolean renewed;
  private final ChirpStack chirpStack =
      new PatientChirpStack(
          server(),
          GRACE,
          subject -> renewed && subject.type() == Subject.Type.CLIENT_CERTIFICATE,
          () -> CompletableFuture.completedFuture(finding),
          () -> now);

  @Test
  void whatAnswersWhereChirpStackDidIsAnOutageHoweverLongItLasts() {
    assertThat(chirpStack.probe()).isCompleted();
    failure = page;
    for (int day = 0; day < 3; day++) {
      assertThat(reason(chirpStack.enqueue(null)))
          .hasMessageContaining("HTTP 404, text/plain")
          .hasMessageContaining("outage")
          .extracting(ApiException::kind)
          .isEqualTo(TRANSIENT);
      pass(Duration.ofDays(1));
    }
    failure = null;
    assertThat(chirpStack.probe()).isCompleted();
  }

  @Test
  void whatNeverWasAChirpStackIsWaitedForForAGrace() {
    failure = page;
    assertThat(reason(chirpStack.probe()).kind()).isEqualTo(TRANSIENT);
    pass(GRACE.minusNanos(1));
    assertThat(reason(chirpStack.probe()))
        .hasMessageContaining("fails after 60 s")
        .extracting(ApiException::kind)
        .isEqualTo(TRANSIENT);
    pass(Duration.ofNanos(1));
    assertThat(reason(chirpStack.probe())).isSameAs(page);
    assertThatThrownBy(() -> chirpStack.inventory(Scope.ALL, Set.of(Feed.DEVICES), page -> {}))
        .isSameAs(page);
  }

  /** A proxy that cannot reach ChirpStack at first says nothing about what it is. */
  @Test
  void theGraceBeginsWithTheFirstStranger() {
    failure = new ApiException(TRANSIENT, "away");
    assertThat(reason(chirpStack.probe()).kind()).isEqualTo(TRANSIENT);
    pass(Duration.ofHours(1));
    failure = page;
    assertThat(reason(chirpStack.probe()).kind()).isEqualTo(TRANSIENT);
  }

  @ParameterizedTest
  @EnumSource(
      value = FailureKind.class,
      names = {"BAD_REQUEST", "NOT_PERMITTED", "CODEC_TIMEOUT", "READ_ONLY"})
  void aRefusalIsAnAnswerOfChirpStackToo(FailureKind kind) {
    failure = new ApiException(kind, "because");
    assertThat(reason(chirpStack.queue(Target.device("0102030405060708")))).isSameAs(failure);
    failure = page;
    reason(chirpStack.probe());
    pass(GRACE);
    assertThat(reason(chirpStack.probe()).kind()).isEqualTo(TRANSIENT);
  }

  @ParameterizedTest
  @EnumSource(
      value = FailureKind.class,
      names = {"IN_DOUBT", "BUSY", "TOKEN_REFUSED", "UNUSABLE_SERVER"})
  void whatIsAboutSomethingElseStaysAsItIs(FailureKind kind) {
    failure = new ApiException(kind, "because");
    assertThat(reason(chirpStack.enqueue(null))).isSameAs(failure);
  }

  @Test
  void streamsAndWalksAreWaitedForLikeCalls() throws InterruptedException {
    AtomicReference<ApiException> end = new AtomicReference<>();
    chirpStack.open(LogKind.EVENTS, "0102030405060708", listenerInto(end));
    listener.get().onEntry(null);
    listener.get().onEnd(page);
    assertThat(end.get().kind()).isEqualTo(TRANSIENT);

    failure = page;
    pass(GRACE.multipliedBy(2));
    assertThat(
            catchThrowable(() -> chirpStack.inventory(Scope.ALL, Set.of(Feed.DEVICES), page -> {})))
        .isInstanceOfSatisfying(ApiException.class, e -> assertThat(e.kind()).isEqualTo(TRANSIENT));
    failure = null;
    chirpStack.inventory(Scope.ALL, Set.of(Feed.DEVICES), page -> {});
  }

  @Test
  void aClientCertificateInAFileIsWaitedForWithoutEnd() {
    failure =
        new ApiException(
            WRONG_SERVER, Subject.of(Subject.Type.CLIENT_CERTIFICATE), "demands one", null);
    renewed = true;
    reason(chirpStack.probe());
    pass(Duration.ofDays(1));
    assertThat(reason(chirpStack.probe()))
        .hasMessageContaining("waits for the files")
        .extracting(ApiException::kind)
        .isEqualTo(TRANSIENT);
    renewed = false;
    reason(chirpStack.probe());
    pass(GRACE);
    assertThat(reason(chirpStack.probe()).kind()).isEqualTo(WRONG_SERVER);
  }

  @Test
  void whatWasFoundAtTheAddressIsSaidUntilTheServerIsReached() {
    failure = new ApiException(TRANSIENT, "away");
    finding = Optional.of("the host name does not resolve");
    assertThat(reason(chirpStack.probe()))
        .hasMessage("away; not reached since the task started; the host name does not resolve");
    assertThatThrownBy(() -> chirpStack.inventory(Scope.ALL, Set.of(Feed.DEVICES), page -> {}))
        .hasMessageContaining("does not resolve");
    failure = null;
    assertThat(chirpStack.probe()).isCompleted();
    failure = new ApiException(TRANSIENT, "away");
    assertThat(reason(chirpStack.probe())).isSameAs(failure);
  }

  /** A stream of which nobody hears that it is open is one whose silence says nothing. */
  @Test
  void tellsThatAStreamIsOpen() {
    AtomicInteger opened = new AtomicInteger();
    chirpStack.open(
        LogKind.EVENTS,
        "0102030405060708",
        new LogListener() {
          @Override
          public void onOpen() {
            opened.incrementAndGet();
          }

          @Override
          public void onEntry(LogEntry entry) {}

          @Override
          public void onEnd(ApiException reason) {}
        });
    listener.get().onOpen();
    assertThat(opened).hasValue(1);
  }

  private static LogListener listenerInto(AtomicReference<ApiException> end) {
    return new LogListener() {
      @Override
      public void onOpen() {
        // What comes is looked at.
      }

      @Override
      public void onEntry(LogEntry entry) {}

      @Override
      public void onEnd(ApiException reason) {
        end.set(reason);
      }
    };
  }

  private static ApiException reason(CompletionStage<?> call) {
    return (ApiException) catchThrowable(() -> call.toCompletableFuture().join()).getCause();
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  private ChirpStack server() {
    return (ChirpStack)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {ChirpStack.class},
            (proxy, method, arguments) -> {
              switch (method.getName()) {
                case "open" -> {
                  listener.set((LogListener) arguments[2]);
                  return null;
                }
                case "inventory" -> {
                  if (failure != null) {
                    throw failure;
                  }
                  ((InventoryWalk) arguments[2]).page(List.of());
                  return null;
                }
                default -> {
                  return failure == null
                      ? CompletableFuture.completedFuture(null)
                      : CompletableFuture.failedFuture(failure);
                }
              }
            });
  }
}
