package io.github.chirpconnect.warehouse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.chirpconnect.harness.process.Build;
import io.github.chirpconnect.harness.process.ChildJvm;
import io.github.chirpconnect.harness.process.Cleanup;
import io.github.chirpconnect.harness.process.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Apicurio's registry, in memory. It speaks Confluent's protocol too. */
final class SchemaRegistry implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration START_TIMEOUT = Duration.ofMinutes(2);

  private final int port = Ports.free(1).get(0);
  private final Path directory = Cleanup.temporaryDirectory("registry");
  private final HttpClient http = HttpClient.newHttpClient();
  private final ChildJvm process;

  private SchemaRegistry() {
    process =
        ChildJvm.start(
            "registry",
            Build.jars("registry"),
            List.of(
                "-Xmx320m",
                "-Djava.io.tmpdir=" + directory,
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + port),
            Build.log("registry"),
            List.of("io.quarkus.runner.GeneratedMain"));
  }

  static SchemaRegistry start() {
    SchemaRegistry registry = new SchemaRegistry();
    registry.process.awaitReady(START_TIMEOUT, () -> Ports.answers(registry.port));
    return registry;
  }

  /** For {@code apicurio.registry.url}. */
  String url() {
    return "http://127.0.0.1:" + port + "/apis/registry/v2";
  }

  /** For {@code schema.registry.url} of Confluent's converters. */
  String confluentUrl() {
    return "http://127.0.0.1:" + port + "/apis/ccompat/v7";
  }

  /** What a new version has to be, of each subject from now on. */
  void compatibility(String level) {
    send(
        HttpRequest.newBuilder(confluent("/config"))
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofString("{\"compatibility\":\"" + level + "\"}"))
            .build());
  }

  /** As a client of Confluent's registry asks. */
  JsonNode get(String path) {
    return send(HttpRequest.newBuilder(confluent(path)).GET().build());
  }

  /** The names of a group's artifacts, as Apicurio's own clients see them. */
  List<String> artifacts(String group) {
    URI uri = URI.create(url() + "/groups/" + group + "/artifacts?limit=100");
    List<String> ids = new ArrayList<>();
    send(HttpRequest.newBuilder(uri).GET().build())
        .path("artifacts")
        .forEach(artifact -> ids.add(artifact.path("id").asText()));
    return ids;
  }

  private URI confluent(String path) {
    return URI.create(confluentUrl() + path);
  }

  private JsonNode send(HttpRequest request) {
    try {
      HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(request.uri().toString(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the registry was asked", e);
    }
  }

  @Override
  public void close() {
    process.kill();
    Cleanup.delete(directory);
  }
}
