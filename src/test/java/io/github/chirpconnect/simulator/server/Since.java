package io.github.chirpconnect.simulator.server;

import com.google.protobuf.Descriptors.FieldDescriptor;
import io.github.chirpconnect.feed.Generation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * With which release each call and each field came, from the comments in the definitions: {@code
 * since 4.12} before what it is about, {@code as everything below} up to the end of the message.
 */
public final class Since {
  /** What the definitions describe: nothing in them is newer. */
  private static final Map<Generation, Version> NEWEST =
      Map.of(Generation.V4, Version.of("4.19"), Generation.V3, Version.of("3.17.9"));

  private static final Pattern RELEASE = Pattern.compile("since (\\d+\\.\\d+(?:\\.\\d+)?)");
  private static final Pattern PACKAGE = Pattern.compile("package (\\w+);");
  private static final Pattern NAMED = Pattern.compile("(?:service|message) (\\w+) \\{");
  private static final Pattern CALL = Pattern.compile("rpc (\\w+)\\(.*");
  private static final Pattern FIELD = Pattern.compile("[\\w.<>, ]+ (\\w+) = \\d+.*;");

  private final Map<String, Version> releases = new HashMap<>();

  private Since() {}

  /** Of the definitions of one generation. */
  public static Since of(Generation generation) {
    Since since = new Since();
    Path folder = Path.of("proto", generation == Generation.V4 ? "v4" : "v3");
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".proto")).toList()) {
        since.read(Files.readAllLines(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the definitions are read where the project is", e);
    }
    return since;
  }

  public static Version newest(Generation generation) {
    return NEWEST.get(generation);
  }

  /** One file, in which a line opens a block, or closes one, or holds one thing. */
  private void read(List<String> lines) {
    Deque<String> scopes = new ArrayDeque<>(List.of(""));
    StringBuilder comment = new StringBuilder();
    Version below = null;
    for (String line : lines.stream().map(String::strip).toList()) {
      if (line.startsWith("//")) {
        comment.append(line.substring(2)).append(' ');
        continue;
      }
      Version own = release(comment);
      if (own != null && comment.indexOf("as everything below") >= 0) {
        below = own;
      }
      comment.setLength(0);
      Matcher packaged = PACKAGE.matcher(line);
      if (packaged.matches()) {
        scopes.push(packaged.group(1));
      }
      keep(scopes.peek(), line, own == null ? below : own);
      if (line.endsWith("{")) {
        Matcher named = NAMED.matcher(line);
        scopes.push(named.matches() ? scopes.peek() + "." + named.group(1) : scopes.peek());
      } else if (line.startsWith("}")) {
        scopes.pop();
        below = null;
      }
    }
  }

  private static Version release(CharSequence comment) {
    Matcher release = RELEASE.matcher(comment);
    return release.find() ? Version.of(release.group(1)) : null;
  }

  private void keep(String scope, String line, Version release) {
    if (release == null) {
      return;
    }
    Matcher call = CALL.matcher(line);
    Matcher field = FIELD.matcher(line);
    if (call.matches()) {
      releases.put(scope + "/" + call.group(1), release);
    } else if (field.matches()) {
      releases.put(scope + "." + field.group(1), release);
    }
  }

  /**
   * @param method such as {@code api.DeviceService/List}
   */
  boolean has(Version version, String method) {
    return isIn(version, method);
  }

  public boolean has(Version version, FieldDescriptor field) {
    return hasField(version, field.getFullName());
  }

  /**
   * @param field such as {@code api.ListDevicesRequest.order_by}
   */
  boolean hasField(Version version, String field) {
    return isIn(version, field);
  }

  private boolean isIn(Version version, String name) {
    Version release = releases.get(name);
    return release == null || version.compareTo(release) >= 0;
  }
}
