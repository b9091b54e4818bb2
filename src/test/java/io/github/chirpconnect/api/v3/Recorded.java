package io.github.chirpconnect.api.v3;

import io.github.chirpconnect.golden.Golden;
import java.util.List;
import java.util.stream.Stream;

/** The calls recorded from a v3 server. */
final class Recorded {
  static final String EVENTS = "/api.DeviceService/StreamEventLogs";
  static final String FRAMES = "/api.DeviceService/StreamFrameLogs";

  static final List<Golden.Call> ALL =
      Stream.of("walk", "grpc-unary", "grpc-streams", "grpc-errors")
          .flatMap(file -> Golden.calls("v3/" + file + ".jsonl").stream())
          .toList();

  private Recorded() {}

  static Stream<Golden.Call> of(String method) {
    return ALL.stream().filter(call -> call.method().equals(method));
  }
}
