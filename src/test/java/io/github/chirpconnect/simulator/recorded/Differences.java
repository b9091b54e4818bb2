package io.github.chirpconnect.simulator.recorded;

import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Why answers of the simulator may differ from the recorded ones, and by how much. */
final class Differences {
  /** What may differ. */
  sealed interface Kind {
    /** The simulator is not asked. */
    record NotAsked() implements Kind {}

    /** It answers with another status. */
    record OtherStatus(Status status) implements Kind {}

    /** Its text is another; the code is the same. */
    record OtherText() implements Kind {}

    /** These fields, however deep in the answer; none named: all. */
    record Fields(List<String> names) implements Kind {}
  }

  /**
   * @param cases a pattern
   * @param methods a pattern, of gRPC methods or of HTTP paths
   * @param credentials a pattern
   */
  private record Difference(
      Pattern cases, Pattern methods, Pattern credentials, Kind kind, String why) {
    boolean covers(String name, String method, String credential) {
      return cases.matcher(name).matches()
          && methods.matcher(method).matches()
          && credentials.matcher(credential).matches();
    }
  }

  /** Takes explanations together. */
  static final class Table {
    private final List<Difference> differences = new ArrayList<>();

    private Table add(String cases, String methods, String credentials, Kind kind, String why) {
      differences.add(
          new Difference(
              Pattern.compile(cases),
              Pattern.compile(methods),
              Pattern.compile(credentials),
              kind,
              why));
      return this;
    }

    Table notAsked(String cases, String why) {
      return add(cases, ".*", ".*", new Kind.NotAsked(), why);
    }

    Table notAskedOf(String methods, String why) {
      return add(".*", methods, ".*", new Kind.NotAsked(), why);
    }

    Table notAskedAs(String credentials, String why) {
      return add(".*", ".*", credentials, new Kind.NotAsked(), why);
    }

    Table otherStatus(String cases, Status status, String why) {
      return add(cases, ".*", ".*", new Kind.OtherStatus(status), why);
    }

    Table otherText(String cases, String why) {
      return add(cases, ".*", ".*", new Kind.OtherText(), why);
    }

    Table fields(String cases, String methods, List<String> names, String why) {
      return add(cases, methods, ".*", new Kind.Fields(names), why);
    }

    Differences done() {
      return new Differences(List.copyOf(differences));
    }
  }

  private final List<Difference> table;
  private final Set<String> used = new TreeSet<>();

  private Differences(List<Difference> table) {
    this.table = table;
  }

  static Table table() {
    return new Table();
  }

  <K extends Kind> Optional<K> find(Class<K> kind, String name, String method, String credential) {
    Optional<Difference> found =
        table.stream()
            .filter(
                difference ->
                    kind.isInstance(difference.kind())
                        && difference.covers(name, method, credential))
            .findFirst();
    found.ifPresent(difference -> used.add(difference.toString()));
    return found.map(Difference::kind).map(kind::cast);
  }

  /** Explanations that no answer needed. */
  List<String> unused() {
    return table.stream().map(Difference::toString).filter(text -> !used.contains(text)).toList();
  }
}
