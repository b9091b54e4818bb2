package io.github.chirpconnect.simulator.recorded;

import com.google.protobuf.Message;
import io.github.chirpconnect.golden.Golden;
import io.github.chirpconnect.proto.v4.LogItem;
import io.grpc.Status;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/** Why answers of the simulator may differ from the recorded ones, and by how much. */
final class Explanations {
  private sealed interface Difference {
    /** These fields, however deep in the answer. */
    record Fields(List<String> names) implements Difference {}

    /** The simulator does not have the method. */
    record NoSuchMethod() implements Difference {}

    /** The stream's entries: those of the walk are expected instead. */
    record OtherEntries() implements Difference {}
  }

  /**
   * @param file the recording
   * @param cases its cases; empty: all
   */
  private record Explanation(
      String file, Set<String> cases, String method, Difference difference, String why) {
    boolean covers(Golden.Call call) {
      return file.equals(call.file())
          && (cases.isEmpty() || cases.contains(call.name()))
          && call.method().equals("/api." + method);
    }
  }

  private static final String OLDER = "recorded up to two hours before the walk: ";
  private static final String HEARD_SINCE = OLDER + "the device was heard since";
  private static final String SERVER_MADE =
      "made by the server; GetQueue shows that it is the item's";
  private static final String NOT_CALLED =
      "the connectors do not call it, and proto/v4 does not have it";

  private static final List<Explanation> TABLE =
      List.of(
          fields(
              "v4/walk.jsonl",
              "DeviceService/List",
              List.of("last_seen_at"),
              "the device was heard between the list and the Get that the simulator has it from"),
          fields("v4/unary.jsonl", "DeviceService/List", List.of("last_seen_at"), HEARD_SINCE),
          fields("v4/unary.jsonl", "DeviceService/Get", List.of("last_seen_at"), HEARD_SINCE),
          fields(
              "v4/unary.jsonl",
              "GatewayService/List",
              List.of("last_seen_at", "state", "properties", "location"),
              OLDER + "the gateway had not sent statistics, which bring a location"),
          fields(
              "v4/unary.jsonl",
              "MulticastGroupService/Get",
              List.of("f_cnt"),
              OLDER + "the group had nothing sent"),
          missing("v4/unary.jsonl", "DeviceService/GetActivation"),
          fields("v4/detection.jsonl", "DeviceService/Enqueue", List.of("id"), SERVER_MADE),
          fields("v4/enqueue.jsonl", "DeviceService/Enqueue", List.of("id"), SERVER_MADE),
          entries(
              "v4/streams.jsonl",
              "InternalService/StreamDeviceEvents",
              "events-real-traffic",
              "events-replay",
              "events-replay-twice",
              "events-by-credential"),
          entries("v4/streams.jsonl", "InternalService/StreamDeviceFrames", "frames-real-traffic"),
          entries(
              "v4/streams-kinds.jsonl",
              "InternalService/StreamDeviceEvents",
              "events-every-kind-injected",
              "events-txack-log-real"),
          entries(
              "v4/streams-kinds.jsonl",
              "InternalService/StreamGatewayFrames",
              "gateway-frames-real-traffic"),
          fields(
              "v4/streams-kinds.jsonl",
              "GatewayService/List",
              List.of("last_seen_at"),
              OLDER + "the gateway sent statistics since"),
          fields(
              "v4/streams-kinds.jsonl",
              "GatewayService/Get",
              List.of("last_seen_at"),
              OLDER + "the gateway sent statistics since"),
          fields(
              "v4/streams-faults.jsonl", "DeviceService/Get", List.of("last_seen_at"), HEARD_SINCE),
          fields("v4/streams-faults.jsonl", "DeviceService/Enqueue", List.of("id"), SERVER_MADE),
          entries(
              "v4/streams-revoked.jsonl",
              "InternalService/StreamDeviceEvents",
              "events-key-deleted-while-open"));

  private static Explanation fields(String file, String method, List<String> names, String why) {
    return new Explanation(file, Set.of(), method, new Difference.Fields(names), why);
  }

  private static Explanation missing(String file, String method) {
    return new Explanation(file, Set.of(), method, new Difference.NoSuchMethod(), NOT_CALLED);
  }

  private static Explanation entries(String file, String method, String... cases) {
    return new Explanation(
        file,
        Set.of(cases),
        method,
        new Difference.OtherEntries(),
        OLDER + "its entries are gone from the history");
  }

  private final Set<String> used = new TreeSet<>();

  Status expectedStatus(Golden.Call call, Status recorded) {
    return find(call, Difference.NoSuchMethod.class)
        .map(difference -> Status.UNIMPLEMENTED)
        .orElse(recorded);
  }

  /** An answer without what may differ. */
  Message comparable(Golden.Call call, Message answer) {
    return find(call, Difference.Fields.class)
        .map(difference -> RawMethods.without(answer, difference.names()))
        .orElseGet(() -> RecordedMetrics.sorted(answer));
  }

  List<LogItem> expectedEntries(
      Golden.Call call, List<LogItem> recorded, Supplier<List<LogItem>> walk) {
    return find(call, Difference.OtherEntries.class).isPresent() ? walk.get() : recorded;
  }

  /** Explanations for a recording that no answer needed. */
  List<String> unused(String file) {
    return TABLE.stream()
        .filter(explanation -> explanation.file().equals(file))
        .map(Explanation::toString)
        .filter(text -> !used.contains(text))
        .toList();
  }

  private <D extends Difference> Optional<D> find(Golden.Call call, Class<D> kind) {
    Optional<Explanation> found =
        TABLE.stream()
            .filter(
                explanation ->
                    explanation.covers(call) && kind.isInstance(explanation.difference()))
            .findFirst();
    found.ifPresent(explanation -> used.add(explanation.toString()));
    return found.map(Explanation::difference).map(kind::cast);
  }
}
