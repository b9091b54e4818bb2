package io.github.chirpconnect.common;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SerialExecutorTest {
  private final Queue<Runnable> thread = new ArrayDeque<>();
  private final SerialExecutor work = new SerialExecutor(thread::add);
  private final List<Integer> done = new ArrayList<>();

  @Test
  void wakesTheThreadOnceForABurstAndKeepsItsOrder() {
    add(0, 100);
    assertThat(thread).hasSize(1);
    thread.remove().run();
    assertThat(done).isEqualTo(numbers(0, 100));
    assertThat(thread).isEmpty();
  }

  @Test
  void wakesTheThreadAgainForWhatComesLater() {
    add(0, 1);
    thread.remove().run();
    add(1, 2);
    assertThat(thread).hasSize(1);
    thread.remove().run();
    assertThat(done).containsExactly(0, 1);
  }

  @Test
  void letsTheThreadSeeToOtherThingsDuringALongBurst() {
    add(0, SerialExecutor.AT_ONCE + 1);
    thread.remove().run();
    assertThat(done).isEqualTo(numbers(0, SerialExecutor.AT_ONCE));
    assertThat(thread).hasSize(1);
    thread.remove().run();
    assertThat(done).isEqualTo(numbers(0, SerialExecutor.AT_ONCE + 1));
  }

  @Test
  void doesWhatWorkItselfAdds() {
    work.execute(() -> add(1, 3));
    while (!thread.isEmpty()) {
      thread.remove().run();
    }
    assertThat(done).containsExactly(1, 2);
  }

  private void add(int from, int to) {
    numbers(from, to).forEach(number -> work.execute(() -> done.add(number)));
  }

  private static List<Integer> numbers(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }
}
