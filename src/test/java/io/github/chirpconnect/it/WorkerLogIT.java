package io.github.chirpconnect.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.harness.connect.ConnectWorker;
import io.github.chirpconnect.simulator.SimulatedServer;
import io.github.chirpconnect.simulator.Simulator;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Each line that the plugin writes names the connector and the task, whatever thread writes it. */
@Timeout(120)
@ParameterizedClass
@EnumSource
class WorkerLogIT {
  /** A line of the plugin's loggers, as the worker's layout writes them. */
  private static final Pattern OURS = Pattern.compile("\\] i\\.g\\.c\\.[.\\w]+ - (.*)");

  @Parameter SimulatedServer server;

  @Test
  void linesOfTwoConnectorsAreToldApart() throws IOException {
    try (Simulator chirpStack = server.builder().empty().start();
        SourceUnderTest source = new SourceUnderTest(chirpStack);
        SinkUnderTest sink = new SinkUnderTest(chirpStack, 1)) {
      List<String> devices = SmallNetwork.heard(chirpStack, 5).devEuis();
      int before = lines().size();
      source.start();
      sink.start();
      source.awaitTwoWalks();
      chirpStack.stop();
      sink.send(devices.get(0), 1);
      Awaitility.await("warnings of both")
          .atMost(SourceUnderTest.PATIENCE)
          .pollInterval(Duration.ofMillis(200))
          .until(
              () -> {
                List<String> since = since(before);
                return hasWarning(since, source.name()) && hasWarning(since, sink.name());
              });
      chirpStack.start();
      sink.awaitAccepted(1);
      source.awaitTwoWalks();

      // Other tests' connectors may run on the same worker.
      assertThat(since(before))
          .filteredOn(line -> OURS.matcher(line).find())
          .isNotEmpty()
          .allSatisfy(line -> assertThat(message(line)).matches("\\[[\\w-]+\\|task-\\d\\] \\S.*"));
    }
  }

  private static boolean hasWarning(List<String> lines, String name) {
    return lines.stream()
        .anyMatch(
            line ->
                line.contains("WARN")
                    && OURS.matcher(line).find()
                    && message(line).startsWith("[" + name + "|task-0] "));
  }

  private static String message(String line) {
    var matcher = OURS.matcher(line);
    assertThat(matcher.find()).isTrue();
    return matcher.group(1);
  }

  private static List<String> since(int before) throws IOException {
    List<String> lines = lines();
    return lines.subList(before, lines.size());
  }

  private static List<String> lines() throws IOException {
    return Files.readAllLines(ConnectWorker.shared().log());
  }
}
