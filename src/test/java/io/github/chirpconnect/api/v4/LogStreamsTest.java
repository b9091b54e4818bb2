package io.github.chirpconnect.api.v4;

import static io.github.chirpconnect.api.grpc.ScriptedServer.refused;
import static io.github.chirpconnect.api.grpc.ScriptedServer.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Timestamp;
import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.EntryId;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.api.LogListener;
import io.github.chirpconnect.api.LogStream;
import io.github.chirpconnect.api.grpc.ScriptedServer;
import io.github.chirpconnect.api.inventory.PageSizes;
import io.github.chirpconnect.proto.v4.DeviceProfileServiceGrpc;
import io.github.chirpconnect.proto.v4.DeviceServiceGrpc;
import io.github.chirpconnect.proto.v4.GatewayServiceGrpc;
import io.github.chirpconnect.proto.v4.GetDeviceResponse;
import io.github.chirpconnect.proto.v4.GetGatewayResponse;
import io.github.chirpconnect.proto.v4.InternalServiceGrpc;
import io.github.chirpconnect.proto.v4.ListDeviceProfileAdrAlgorithmsResponse;
import io.github.chirpconnect.proto.v4.LogItem;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(30)
class LogStreamsTest {
  private static final String EUI = "0f8f5de9ddc22cb4";

  private final ScriptedServer server = ScriptedServer.current();
  private final ChirpStackV4 chirpStack =
      new ChirpStackV4(server, PageSizes.DEFAULT, System::nanoTime);
  private final Heard heard = new Heard();

  @AfterEach
  void close() {
    chirpStack.close();
  }

  @Test
  void entriesAreReadInFull() {
    onEvents(
        answers ->
            answers.onNext(
                LogItem.newBuilder()
                    .setId("1795521440426-7")
                    .setTime(
                        Timestamp.newBuilder().setSeconds(1_795_521_440L).setNanos(425_000_001))
                    .setDescription("up")
                    .setBody("{\"fCnt\": 3}")
                    .putProperties("FCnt", "3")
                    .build()));

    LogStream stream = chirpStack.open(LogKind.EVENTS, "0F8F5DE9DDC22CB4", heard);
    stream.request(1);

    await().until(() -> heard.entries.size() == 1);
    assertThat(heard.answers).as("the answer comes before the entry").containsExactly(0);
    LogEntry entry = heard.entries.get(0);
    assertThat(entry.devEui()).isEqualTo(EUI);
    assertThat(entry.log()).isEqualTo(LogKind.EVENTS);
    assertThat(entry.id()).isEqualTo(new EntryId.Sequenced(1_795_521_440_426L, 7));
    assertThat(entry.time()).isEqualTo(Instant.ofEpochSecond(1_795_521_440L, 425_000_001));
    assertThat(entry.kind()).isEqualTo("up");
    assertThat(entry.text()).isEqualTo("{\"fCnt\": 3}");
    assertThat(entry.body().path("fCnt").asInt()).isEqualTo(3);
    assertThat(entry.properties()).isEqualTo(Map.of("FCnt", "3"));
    // Upper case would be a stream that is silent for ever.
    assertThat(server.requests(InternalServiceGrpc.getStreamDeviceEventsMethod()))
        .singleElement()
        .satisfies(request -> assertThat(request.getDevEui()).isEqualTo(EUI));
  }

  @Test
  void framesHaveTheirOwnStream() {
    server.onStream(
        InternalServiceGrpc.getStreamDeviceFramesMethod(),
        (request, answers) -> {
          assertThat(request.getDevEui()).isEqualTo(EUI);
          answers.onNext(item(1));
        });

    chirpStack.open(LogKind.FRAMES, EUI, heard).request(1);

    await().until(() -> heard.entries.size() == 1);
    assertThat(heard.entries.get(0).log()).isEqualTo(LogKind.FRAMES);
  }

  @Test
  void nothingComesThatWasNotAskedFor() {
    onEvents(
        answers -> {
          for (int i = 0; i < 10; i++) {
            answers.onNext(item(i));
          }
        });

    LogStream stream = chirpStack.open(LogKind.EVENTS, EUI, heard);
    await().during(Duration.ofMillis(100)).until(heard.entries::isEmpty);
    stream.request(3);
    await().until(() -> heard.entries.size() == 3);
    await().during(Duration.ofMillis(100)).until(() -> heard.entries.size() == 3);
    stream.request(2);

    await().until(() -> heard.entries.size() == 5);
    assertThat(heard.entries)
        .extracting(entry -> entry.id().text())
        .containsExactly("0-0", "1-0", "2-0", "3-0", "4-0");
  }

  @Test
  void anIdThatCannotBeReadEndsTheStreamAndSaysSo() {
    AtomicBoolean cancelled = new AtomicBoolean();
    onEvents(
        answers -> {
          answers.setOnCancelHandler(() -> cancelled.set(true));
          answers.onNext(item(1));
          answers.onNext(LogItem.newBuilder().setId("nonsense").build());
          answers.onNext(item(2));
        });

    chirpStack.open(LogKind.EVENTS, EUI, heard).request(10);

    ApiException end = heard.end();
    assertThat(end.kind()).isEqualTo(FailureKind.UNUSABLE_SERVER);
    assertThat(end).hasMessageContaining("nonsense").hasMessageContaining(EUI);
    await().untilTrue(cancelled);
    await().until(() -> server.leases.get() == 0);
    assertThat(heard.entries).hasSize(1);
    assertThat(heard.ends).hasSize(1);
  }

  @Test
  void aStreamThatEndsWithoutAnErrorIsTransient() {
    onEvents(ServerCallStreamObserver::onCompleted);

    chirpStack.open(LogKind.EVENTS, EUI, heard);

    assertThat(heard.end().kind()).isEqualTo(FailureKind.TRANSIENT);
    assertThat(server.leases).hasValue(0);
  }

  @Test
  void redisBeingDownIsTransientAndComesAfterWhatWasSent() {
    onEvents(
        answers -> {
          answers.onNext(item(1));
          answers.onError(
              status(
                  Status.Code.INTERNAL,
                  "Error occurred while creating a new object: Connection refused (os error 111)"));
        });

    chirpStack.open(LogKind.EVENTS, EUI, heard).request(10);

    assertThat(heard.end().kind()).isEqualTo(FailureKind.TRANSIENT);
    assertThat(heard.entries).hasSize(1);
  }

  @Test
  void aServerWithoutRoomIsBusy() {
    onEvents(answers -> answers.onError(status(Status.Code.RESOURCE_EXHAUSTED, "streams")));

    chirpStack.open(LogKind.EVENTS, EUI, heard);

    assertThat(heard.end().kind()).isEqualTo(FailureKind.BUSY);
  }

  @Test
  void aGatewayHasAStreamOfItsOwn() {
    server.onStream(
        InternalServiceGrpc.getStreamGatewayFramesMethod(),
        (request, answers) -> {
          // Upper case would be a stream that is silent for ever.
          assertThat(request.getGatewayId()).isEqualTo("0016c001f153a14c");
          answers.onNext(item(1));
        });

    chirpStack.open(LogKind.GATEWAY_FRAMES, "0016C001F153A14C", heard).request(1);

    await().until(() -> heard.entries.size() == 1);
    assertThat(heard.entries.get(0).log()).isEqualTo(LogKind.GATEWAY_FRAMES);
    assertThat(heard.entries.get(0).devEui()).isEqualTo("0016c001f153a14c");
  }

  @Test
  void aGatewayThatIsNotVisibleIsNamed() {
    server.onStream(
        InternalServiceGrpc.getStreamGatewayFramesMethod(),
        (request, answers) -> answers.onError(refused()));
    server.on(
        DeviceProfileServiceGrpc.getListAdrAlgorithmsMethod(),
        request -> ListDeviceProfileAdrAlgorithmsResponse.getDefaultInstance());
    server.on(
        GatewayServiceGrpc.getGetMethod(),
        request -> {
          assertThat(request.getGatewayId()).isEqualTo(EUI);
          throw refused();
        });
    chirpStack.open(LogKind.GATEWAY_FRAMES, EUI, heard);
    assertThat(heard.end().kind()).isEqualTo(FailureKind.NOT_PERMITTED);
    assertThat(heard.end()).hasMessageStartingWith("gateway " + EUI + " does not exist");

    Heard second = new Heard();
    server.on(
        GatewayServiceGrpc.getGetMethod(), request -> GetGatewayResponse.getDefaultInstance());
    chirpStack.open(LogKind.GATEWAY_FRAMES, EUI, second);
    assertThat(second.end().kind()).isEqualTo(FailureKind.TRANSIENT);
  }

  @Test
  void aDeadKeyIsToldFromADeviceThatIsNotVisible() {
    onEvents(answers -> answers.onError(refused()));
    server.on(
        DeviceProfileServiceGrpc.getListAdrAlgorithmsMethod(),
        request -> {
          throw refused();
        });
    chirpStack.open(LogKind.EVENTS, EUI, heard);
    assertThat(heard.end().kind()).isEqualTo(FailureKind.TOKEN_REFUSED);
    assertThat(server.refusedTokens).hasValue(1);
    assertThat(server.leases).hasValue(0);

    Heard second = new Heard();
    server.on(
        DeviceProfileServiceGrpc.getListAdrAlgorithmsMethod(),
        request -> ListDeviceProfileAdrAlgorithmsResponse.getDefaultInstance());
    server.on(
        DeviceServiceGrpc.getGetMethod(),
        request -> {
          throw refused();
        });
    chirpStack.open(LogKind.EVENTS, EUI, second);
    assertThat(second.end().kind()).isEqualTo(FailureKind.NOT_PERMITTED);

    Heard third = new Heard();
    server.on(DeviceServiceGrpc.getGetMethod(), request -> GetDeviceResponse.getDefaultInstance());
    chirpStack.open(LogKind.EVENTS, EUI, third);
    assertThat(third.end().kind()).isEqualTo(FailureKind.TRANSIENT);
  }

  @Test
  void cancellingLetsTheServerGoAndSaysNothing() {
    AtomicBoolean cancelled = new AtomicBoolean();
    onEvents(
        answers -> {
          answers.setOnCancelHandler(() -> cancelled.set(true));
          answers.onNext(item(1));
        });
    LogStream stream = chirpStack.open(LogKind.EVENTS, EUI, heard);
    stream.request(5);
    await().until(() -> heard.entries.size() == 1);

    stream.cancel();
    stream.cancel();
    stream.request(1);

    await().untilTrue(cancelled);
    await().until(() -> server.leases.get() == 0);
    assertThat(heard.ends).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(LogKind.class)
  void closingTheClientEndsTheStream(LogKind log) {
    onEvents(answers -> {});
    server.onStream(InternalServiceGrpc.getStreamDeviceFramesMethod(), (request, answers) -> {});
    server.onStream(InternalServiceGrpc.getStreamGatewayFramesMethod(), (request, answers) -> {});
    chirpStack.open(log, EUI, heard).request(1);

    chirpStack.close();

    assertThat(heard.end().kind()).isEqualTo(FailureKind.TRANSIENT);
    await().until(() -> server.leases.get() == 0);
    Heard late = new Heard();
    chirpStack.open(log, EUI, late);
    assertThat(late.end().kind()).isEqualTo(FailureKind.TRANSIENT);
    await().until(() -> server.leases.get() == 0);
  }

  @Test
  void aListenerThatThrowsEndsItsStreamAndGivesThePlaceBack() {
    onEvents(answers -> answers.onNext(item(1)));
    AtomicReference<ApiException> end = new AtomicReference<>();

    chirpStack
        .open(
            LogKind.EVENTS,
            EUI,
            new LogListener() {
              @Override
              public void onOpen() {
                // What comes is looked at.
              }

              @Override
              public void onEntry(LogEntry entry) {
                throw new IllegalStateException("listener");
              }

              @Override
              public void onEnd(ApiException reason) {
                end.set(reason);
              }
            })
        .request(1);

    await().until(() -> end.get() != null);
    assertThat(end.get().kind()).isEqualTo(FailureKind.TRANSIENT);
    await().until(() -> server.leases.get() == 0);
  }

  private void onEvents(java.util.function.Consumer<ServerCallStreamObserver<LogItem>> script) {
    server.onStream(
        InternalServiceGrpc.getStreamDeviceEventsMethod(),
        (request, answers) -> script.accept(answers));
  }

  private static LogItem item(int number) {
    return LogItem.newBuilder().setId(number + "-0").setDescription("up").setBody("{}").build();
  }

  private static final class Heard implements LogListener {
    final List<LogEntry> entries = new CopyOnWriteArrayList<>();
    final List<ApiException> ends = new CopyOnWriteArrayList<>();

    /** How many entries had come before each. */
    final List<Integer> answers = new CopyOnWriteArrayList<>();

    @Override
    public void onAnswer() {
      answers.add(entries.size());
    }

    @Override
    public void onOpen() {
      // What comes is looked at.
    }

    @Override
    public void onEntry(LogEntry entry) {
      entries.add(entry);
    }

    @Override
    public void onEnd(ApiException reason) {
      ends.add(reason);
    }

    ApiException end() {
      await().until(() -> !ends.isEmpty());
      return ends.get(0);
    }
  }
}
