package io.github.chirpconnect.sink.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.Downlink;
import io.github.chirpconnect.api.Feature;
import io.github.chirpconnect.api.QueuedDownlink;
import io.github.chirpconnect.api.Receipt;
import io.github.chirpconnect.api.Target;
import io.github.chirpconnect.testing.FakeChirpStack;
import io.github.chirpconnect.testing.ManualTime;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A command sends itself and recognises its item. */
class CommandTest {
  private static final Target DEVICE = Target.device("0102030405060708");
  private static final Target GROUP = Target.group("f47ac10b-58cc-4372-a567-0e02b2c3d479");
  private static final Instant EXPIRY = Instant.parse("2026-07-23T08:00:00.123456Z");

  private final FakeChirpStack server = new FakeChirpStack(new ManualTime());

  @Test
  void anEnqueueQueuesItsDownlinkForADeviceOrAGroup() {
    server.answerAtOnce();

    assertThat(sent(enqueue(DEVICE, 1))).contains(new Receipt("item-1", null));
    assertThat(sent(enqueue(GROUP, 2))).contains(new Receipt(null, 0L));
    assertThat(sent(enqueue(GROUP, 3))).contains(new Receipt(null, 1L));

    assertThat(server.portsOf(GROUP.id())).containsExactly(2, 3);
  }

  @Test
  void aFlushEmptiesTheQueueOfItsTargetAndQueuesNothing() {
    server.answerAtOnce();
    sent(enqueue(GROUP, 1));

    assertThat(sent(new Command.Flush(GROUP, null))).isEmpty();

    assertThat(server.flushes).containsExactly(GROUP.id());
    assertThat(server.queues.get(GROUP.id())).isNull();
  }

  @Test
  void onlyAFlushMayBeRepeated() {
    assertThat(new Command.Flush(DEVICE, null).isRepeatable()).isTrue();
    assertThat(new Command.Flush(DEVICE, null).emptiesQueue()).isTrue();
    assertThat(enqueue(DEVICE, 1).isRepeatable()).isFalse();
    assertThat(enqueue(DEVICE, 1).emptiesQueue()).isFalse();
    assertThat(new Command.Enqueue(all(), null).emptiesQueue()).isTrue();
  }

  @Test
  void needsWhatAnOlderServerWouldIgnore() {
    assertThat(new Command.Enqueue(all(), null).needs())
        .containsExactly(Feature.EXPIRES_AT, Feature.FLUSH_QUEUE, Feature.ENCRYPTED);
    assertThat(enqueue(GROUP, 1).needs()).isEmpty();
    assertThat(new Command.Flush(GROUP, null).needs()).isEmpty();
  }

  @Test
  void anItemIsRecognisedByAllThatTheCommandSays() {
    Command command = new Command.Enqueue(all(), null);
    Instant stored = EXPIRY.plusNanos(400_000); // the database rounds

    assertThat(command.isRecognizable()).isTrue();
    assertThat(command.isUnique()).isTrue();
    assertThat(command.mayBe(item(1, true, 1, 7L, stored))).isTrue();
    assertThat(command.mayBe(item(2, true, 1, 7L, stored))).isFalse();
    assertThat(command.mayBe(item(1, false, 1, 7L, stored))).isFalse();
    assertThat(command.mayBe(item(1, true, 2, 7L, stored))).isFalse();
    assertThat(command.mayBe(item(1, true, 1, 8L, stored))).isFalse();
    assertThat(command.mayBe(item(1, true, 1, 7L, null))).isFalse();
  }

  @Test
  void anObjectMayBeAnyItemOnItsPort() {
    Command command =
        new Command.Enqueue(new Downlink(DEVICE, 1, false, null, "{}", null, null, false), null);

    assertThat(command.isRecognizable()).isFalse();
    assertThat(command.mayBe(item(1, false, 99, null, null))).isTrue();
    assertThat(command.mayBe(item(2, false, 99, null, null))).isFalse();
  }

  @Test
  void aFlushHasNoItem() {
    Command flush = new Command.Flush(DEVICE, null);

    assertThat(flush.isRecognizable()).isFalse();
    assertThat(flush.isUnique()).isFalse();
    assertThat(flush.mayBe(item(1, false, 1, null, null))).isFalse();
  }

  private Optional<Receipt> sent(Command command) {
    return command.send(server).toCompletableFuture().join();
  }

  private static Command enqueue(Target target, int port) {
    return new Command.Enqueue(
        new Downlink(target, port, false, new byte[] {1}, null, null, null, false), null);
  }

  private static Downlink all() {
    return new Downlink(DEVICE, 1, true, new byte[] {1}, null, EXPIRY, 7L, true);
  }

  private static QueuedDownlink item(
      int port, boolean confirmed, int data, Long fCntDown, Instant expiresAt) {
    return new QueuedDownlink(
        "i", port, confirmed, new byte[] {(byte) data}, false, fCntDown, expiresAt);
  }
}
