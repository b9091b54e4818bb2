package io.github.chirpconnect.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.harness.connect.ConnectWorker;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.redis.History;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a worker shows in JMX, by its own means or, before 4.1, by the tasks'. */
@Tag("matrix")
@Timeout(120)
class MetricsIT {
  private static final String BAD = "{\"fPort\":0,\"data\":\"AQ==\"}";
  private static final Pattern NAME = Pattern.compile("`([a-z]+(-[a-z]+)+|devices)`");

  private final ConnectWorker worker = ConnectWorker.shared();
  private final Simulator chirpStack =
      Simulator.builder().empty().history(History.exactly(100)).start();

  @Test
  void aSourceShowsWhatTheDocumentationLists() throws IOException {
    try (chirpStack;
        SourceUnderTest source = new SourceUnderTest(chirpStack)) {
      SmallNetwork network = new SmallNetwork(chirpStack, 3);
      network.uplinks(2);
      source.start();
      int entries = source.awaitLogs().size() - 3;
      source.await("the devices", all -> all.size() == entries + 3);

      await(source.name(), "streams-open", 6);
      Map<String, Object> figures = worker.figures(source.name(), 0);
      assertThat(figures.keySet()).isEqualTo(documented("## Source", "## Sink"));
      assertThat(figures)
          .containsEntry("entries-total", (long) Logs.of(chirpStack).size())
          .containsEntry("inventory-records-total", 3L)
          .containsEntry("devices", 3L)
          .containsEntry("streams-open", 6L)
          .containsEntry("gaps-total", 0L)
          .containsEntry("server-away-ms", 0L);

      chirpStack.stop();
      await(source.name(), "server-away-ms", 1_000);
      assertThat(worker.figures(source.name(), 0)).containsEntry("streams-open", 0L);
      chirpStack.start();

      source.client().delete(source.name());
      Awaitility.await("the end of what is shown")
          .atMost(SourceUnderTest.PATIENCE)
          .until(() -> worker.figures(source.name(), 0).isEmpty());
    }
  }

  @Test
  void aSinkShowsWhatTheDocumentationLists() throws IOException {
    try (chirpStack;
        SinkUnderTest sink = new SinkUnderTest(chirpStack, 1)) {
      SmallNetwork network = new SmallNetwork(chirpStack, 1);
      sink.start();
      sink.send(network.devEuis().get(0), 1);
      sink.send(network.devEuis().get(0), BAD);
      sink.awaitCommitted(2);

      Awaitility.await("the end of the turn that decided the last command")
          .until(() -> worker.figures(sink.name(), 0).get("calls-in-flight").equals(0L));
      Map<String, Object> figures = worker.figures(sink.name(), 0);
      assertThat(figures.keySet()).isEqualTo(documented("## Sink", null));
      assertThat(figures)
          .containsEntry("commands-accepted-total", 1L)
          .containsEntry("commands-rejected-total", 1L)
          .containsEntry("commands-waiting", 0L)
          .containsEntry("calls-in-flight", 0L)
          .containsEntry("server-away-ms", 0L);

      chirpStack.stop();
      sink.send(network.devEuis().get(0), 2);
      await(sink.name(), "server-away-ms", 1_000);
      chirpStack.start();
      sink.awaitCommitted(3);
    }
  }

  private void await(String connector, String figure, long atLeast) {
    Awaitility.await(figure)
        .atMost(SourceUnderTest.PATIENCE)
        .until(() -> (Long) worker.figures(connector, 0).get(figure) >= atLeast);
  }

  /**
   * The names in the first column of the tables between two headings.
   *
   * @param to null for the end
   */
  private static Set<String> documented(String from, String to) throws IOException {
    String text = Files.readString(Path.of("docs/metrics.md"));
    int begin = text.indexOf(from);
    int end = to == null ? text.length() : text.indexOf(to, begin);
    Set<String> names = new TreeSet<>();
    text.substring(begin, end)
        .lines()
        .filter(line -> line.startsWith("| `"))
        .map(line -> line.split("\\|")[1])
        .forEach(cell -> NAME.matcher(cell).results().forEach(name -> names.add(name.group(1))));
    return names;
  }
}
