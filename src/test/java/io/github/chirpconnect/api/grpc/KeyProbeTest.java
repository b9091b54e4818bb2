package io.github.chirpconnect.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KeyProbeTest {
  private final List<CompletableFuture<Void>> questions = new ArrayList<>();
  private final KeyProbe probe =
      new KeyProbe(
          () -> {
            CompletableFuture<Void> question = new CompletableFuture<>();
            questions.add(question);
            return question;
          });

  @Test
  void aStormOfRefusalsIsOneQuestionAndOneForThoseWhoCameLate() {
    CompletableFuture<Void> first = probe.ask();
    List<CompletableFuture<Void>> late =
        IntStream.range(0, 1_000).mapToObj(i -> probe.ask()).toList();
    assertThat(questions).hasSize(1);

    questions.get(0).complete(null);

    assertThat(first).isCompleted();
    assertThat(questions).hasSize(2);
    assertThat(late).noneMatch(CompletableFuture::isDone);

    questions.get(1).completeExceptionally(new IllegalStateException("dead"));

    assertThat(late).allMatch(CompletableFuture::isCompletedExceptionally);
    assertThat(questions).hasSize(2);
  }

  @Test
  void theKeyIsAskedAboutAnewAfterwards() {
    CompletableFuture<Void> first = probe.ask();
    questions.get(0).completeExceptionally(new IllegalStateException("dead"));
    CompletableFuture<Void> second = probe.ask();
    questions.get(1).complete(null);

    assertThat(first).isCompletedExceptionally();
    assertThat(second).isCompleted();
  }
}
