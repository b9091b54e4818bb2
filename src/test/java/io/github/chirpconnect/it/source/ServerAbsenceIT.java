package io.github.chirpconnect.it.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.harness.connect.ConnectWorker;
import io.github.chirpconnect.harness.connect.ConnectorFailed;
import io.github.chirpconnect.it.ServersWithStreams;
import io.github.chirpconnect.it.SmallNetwork;
import io.github.chirpconnect.it.SourceUnderTest;
import io.github.chirpconnect.simulator.SimulatedServer;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.redis.History;
import java.io.IOException;
import java.nio.file.Files;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;

/** The server is away: at the start, for a while, or without a word. */
@Timeout(180)
@ServersWithStreams
class ServerAbsenceIT {
  /** As few as every server has streams for at once. */
  private static final int DEVICES = 2;

  @Parameter SimulatedServer server;

  @Test
  void startsWithoutTheServerAndFollowsItThroughARestart() {
    try (Simulator chirpStack = empty();
        SourceUnderTest source = new SourceUnderTest(chirpStack)) {
      SmallNetwork network = new SmallNetwork(chirpStack, DEVICES);
      chirpStack.stop();
      network.uplinks(2);
      source.start();
      assertThat(source.records()).isEmpty();

      chirpStack.start();
      source.awaitLogs();

      chirpStack.stop();
      network.uplinks(3);
      chirpStack.start();
      source.awaitLogs();

      source.assertEachEntryOnceInOrder();
      assertThat(source.records())
          .allSatisfy(record -> assertThat(record.header("chirpstack.gap")).isNull());
      assertThat(source.records("devices"))
          .extracting(record -> record.key())
          .containsExactlyInAnyOrderElementsOf(network.devEuis());
      source.client().awaitRunning(source.name(), 1);
    }
  }

  /** What was sent into the void arrives, although nobody ended the connection. */
  @Test
  void aLinkThatCarriesNothingIsNoticed() throws IOException {
    // HTTP/1.1 has no pings: a stream without a line is given up, whatever the reason.
    String noticedBy = server.isRest() ? "s without a line" : "[Kk]eepalive";
    try (Simulator chirpStack = empty();
        SourceUnderTest source =
            new SourceUnderTest(chirpStack)
                .with("chirpstack.keepalive.time.ms", "10000")
                .with("chirpstack.keepalive.timeout.ms", "1000")
                .with("chirpstack.rest.stream.idle.ms", "10000")) {
      SmallNetwork network = new SmallNetwork(chirpStack, DEVICES);
      network.uplinks(1);
      source.start();
      source.awaitLogs();

      chirpStack.faults().halfOpen();
      int before = workerLog().length();
      network.uplinks(2);
      Pattern line =
          Pattern.compile(
              "of device "
                  + network.devEuis().get(0).substring(0, 15)
                  + ". ended and will be opened again: .*"
                  + noticedBy);
      Awaitility.await("a line in the log about a stream's end")
          .atMost(SourceUnderTest.PATIENCE)
          .until(() -> line.matcher(workerLog()).find(before));
      chirpStack.faults().endHalfOpen();

      source.awaitLogs();
      source.assertEachEntryOnceInOrder();
    }
  }

  /** A proxy that is being changed: none of its pages is the connector's end. */
  @Test
  void pagesOfAProxyAreAnOutageOnceTheServerWasThere() {
    try (Simulator chirpStack = empty();
        SourceUnderTest source =
            new SourceUnderTest(chirpStack)
                .with("chirpstack.token.grace.ms", "0")
                .with("internal.probe.interval.ms", "500")) {
      SmallNetwork network = new SmallNetwork(chirpStack, DEVICES);
      network.uplinks(1);
      source.start();
      source.awaitLogs();

      chirpStack.faults().showPages(404, "text/plain", "404 page not found");
      network.uplinks(1);
      awaitPages(chirpStack, 2);
      Awaitility.await("the metric to tell of it")
          .atMost(SourceUnderTest.PATIENCE)
          .until(() -> !awayMs(source).equals(0L));
      chirpStack.faults().showPages(503, "text/html", "<title>503 Unavailable</title>");
      awaitPages(chirpStack, 1);
      chirpStack.faults().showPages(400, "text/html", "<title>400 Bad Request</title>");
      awaitPages(chirpStack, 1);
      chirpStack.faults().showPages(403, "text/html", "<title>403 Forbidden</title>");
      awaitPages(chirpStack, 2);
      chirpStack.faults().endPages();

      source.awaitLogs();
      source.assertEachEntryOnceInOrder();
      source.client().awaitRunning(source.name(), 1);
    }
  }

  /** With the server's sentence; before its grace is over the task runs. */
  @Test
  void aProxyThatNeverLedToTheServerFailsTheTaskAfterAGrace() {
    try (Simulator chirpStack = empty();
        SourceUnderTest source =
            new SourceUnderTest(chirpStack)
                .with("chirpstack.token.grace.ms", "3000")
                .with("validate.connection", "false")) {
      chirpStack.faults().showPages(404, "text/plain", "404 page not found");
      source.start();
      awaitPages(chirpStack, 1);
      source.client().awaitRunning(source.name(), 1);
      assertThat(ConnectorFailed.reasonIn(source.client().awaitFailed(source.name())))
          .contains("HTTP 404, text/plain: '404 page not found'")
          .contains("chirpstack.url");
    }
  }

  private static Object awayMs(SourceUnderTest source) {
    return ConnectWorker.shared().figures(source.name(), 0).get("server-away-ms");
  }

  private static void awaitPages(Simulator chirpStack, int more) {
    long before = chirpStack.faults().pagesShown();
    Awaitility.await("pages to be shown")
        .atMost(SourceUnderTest.PATIENCE)
        .until(() -> chirpStack.faults().pagesShown() >= before + more);
  }

  private static String workerLog() throws IOException {
    return Files.readString(ConnectWorker.shared().log());
  }

  private Simulator empty() {
    return server.builder().empty().history(History.exactly(100)).start();
  }
}
