package io.github.chirpconnect.demo;

import io.github.chirpconnect.demo.Screen.Colour;
import io.github.chirpconnect.harness.connect.ConnectRefusal;
import io.github.chirpconnect.harness.connect.ConnectWorker;
import io.github.chirpconnect.harness.kafka.KafkaBroker;
import io.github.chirpconnect.harness.kafka.TopicReader;
import io.github.chirpconnect.harness.kafka.TopicRecord;
import io.github.chirpconnect.harness.process.ChildFailedException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.logging.LogManager;

/** Runs the demonstration; see the package. Ends by Ctrl-C, or by itself when asked to. */
public final class Demo {
  /** How long all that is promised may take, from the start of the process. */
  static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final String COMMAND_ID = "demo-1";
  private static final int COMMAND_PORT = 10;
  private static final byte[] COMMAND_PAYLOAD = {1, 2, 3};
  private static final Duration CHECK_INTERVAL = Duration.ofSeconds(2);

  /** Rows of one kind at once: an inventory of thousands shall not scroll all else away. */
  private static final int ROWS_AT_ONCE = 8;

  private final Options options;
  private final Screen screen;
  private final Progress progress;
  private final long started;
  private final Table table;
  private final Rows rows = new Rows();
  private final Tally tally;
  private Optional<DownlinkLoop> loop = Optional.empty();
  private boolean headed;
  private boolean summarised;

  private Demo(Options options, Screen screen, Progress progress, long started) {
    this.options = options;
    this.screen = screen;
    this.progress = progress;
    this.started = started;
    this.table = new Table(screen, ZoneId.systemDefault());
    this.tally = new Tally(options.kindsOfEvent());
  }

  public static void main(String[] args) {
    long started = System.nanoTime();
    // gRPC logs through the JDK, which writes to the screen; the demonstration says what is wrong.
    LogManager.getLogManager().reset();
    Screen screen = Screen.ofThisProcess();
    int exitCode = 1;
    try (Progress progress = new Progress(screen, System::nanoTime)) {
      Options options = Options.of(System.getProperties());
      exitCode = new Demo(options, screen, progress, started).run() ? 0 : 1;
    } catch (ConnectRefusal e) {
      screen.line("The demonstration ends here: Connect says: " + e.reason(), Colour.YELLOW);
    } catch (DemoFailure | ChildFailedException e) {
      screen.line("The demonstration ends here: " + e.getMessage(), Colour.YELLOW);
    }
    System.exit(exitCode);
  }

  /** Whether all was seen that was to be seen; only ever returns when asked to end by itself. */
  private boolean run() {
    try (Server server = Server.of(options)) {
      introduce(server);
      progress.step("ChirpStack", server::check);
      KafkaBroker broker = progress.step("Kafka broker", KafkaBroker::shared);
      ConnectWorker worker =
          progress.step("Connect worker with the package", ConnectWorker::shared);
      try (Installation installation = new Installation(broker, worker)) {
        progress.step("source connector", () -> installation.startSource(server, options));
        if (options.maySend()) {
          progress.step("sink connector", () -> installation.startSink(server));
        }
        server.live();
        progress.begin("first event");
        return watch(server, installation);
      }
    }
  }

  private void introduce(Server server) {
    screen.line("Kafka Connect ChirpStack, a demonstration. Ctrl-C ends it.", Colour.BOLD);
    screen.line("ChirpStack: " + server.introduction());
    options
        .device()
        .ifPresent(
            device ->
                screen.line(
                    "Device %s gets one confirmed downlink: port %d, bytes %s."
                        .formatted(
                            device, COMMAND_PORT, HexFormat.of().formatHex(COMMAND_PAYLOAD))));
    if (!options.maySend()) {
      screen.line(
          "Nothing is sent to your devices; -Ddemo.device=<DevEUI> names one that may get a"
              + " downlink.");
    }
    screen.line("");
  }

  private boolean watch(Server server, Installation installation) {
    long checked = System.nanoTime();
    try (TopicReader reader = installation.topics().prefixReader(Installation.TOPIC_PREFIX + ".")) {
      while (true) {
        List<TopicRecord> news = new ArrayList<>(reader.poll());
        news.sort(Comparator.comparing(TopicRecord::timestamp));
        show(news);
        commandIfDue(server, installation, news);
        if (!summarised && (isComplete() || isHopeless())) {
          summarise(installation);
          if (options.exit()) {
            return isComplete();
          }
        }
        if (since(checked).compareTo(CHECK_INTERVAL) > 0) {
          installation.check();
          checked = System.nanoTime();
        }
      }
    }
  }

  private void show(List<TopicRecord> news) {
    Map<String, Integer> shown = new TreeMap<>();
    for (TopicRecord record : news) {
      tally.add(record);
      if (Tally.isFrame(record)) {
        continue;
      }
      if (tally.hasEvents()) {
        progress.end();
      }
      headerOnce();
      Row row = rows.of(record);
      Optional<String> said = loop.flatMap(command -> command.observe(record));
      if (said.isPresent()) {
        table.addMarked(new Row(row.time(), row.device(), row.event(), said.get()));
      } else if (shown.merge(row.event(), 1, Integer::sum) <= ROWS_AT_ONCE) {
        table.add(row);
      }
    }
    shown.forEach(
        (event, count) -> {
          if (count > ROWS_AT_ONCE) {
            table.skipped(count - ROWS_AT_ONCE, event);
          }
        });
  }

  private void headerOnce() {
    if (!headed) {
      table.header();
      headed = true;
    }
  }

  /** One command: to the device named, or else to the first that is heard. */
  private void commandIfDue(Server server, Installation installation, List<TopicRecord> news) {
    if (loop.isPresent() || !options.maySend()) {
      return;
    }
    options
        .device()
        .or(() -> news.stream().filter(Demo::isUplink).map(TopicRecord::key).findFirst())
        .ifPresent(device -> command(server, installation, device));
  }

  private static boolean isUplink(TopicRecord record) {
    return "up".equals(record.header("chirpstack.kind"));
  }

  private void command(Server server, Installation installation, String devEui) {
    String command =
        """
        {"id": "%s", "devEui": "%s", "fPort": %d, "confirmed": true, "data": "%s"}\
        """
            .formatted(
                COMMAND_ID,
                devEui,
                COMMAND_PORT,
                Base64.getEncoder().encodeToString(COMMAND_PAYLOAD));
    loop =
        Optional.of(
            new DownlinkLoop(COMMAND_ID, devEui, server.isQueueEmpty(devEui), Instant.now()));
    installation.topics().send(Installation.COMMANDS, devEui, command);
  }

  private boolean isComplete() {
    return tally.missing().isEmpty()
        && (!options.maySend() || loop.filter(DownlinkLoop::isClosed).isPresent());
  }

  private boolean isHopeless() {
    return since(started).compareTo(PATIENCE) > 0
        || loop.flatMap(DownlinkLoop::refusal).isPresent();
  }

  private void summarise(Installation installation) {
    summarised = true;
    screen.line("");
    screen.line(
        (isComplete() ? "Seen after %d s:" : "Seen after %d s, which is not all:")
            .formatted(since(started).toSeconds()),
        Colour.BOLD);
    tally.summary().forEach(line -> screen.line("  " + line));
    loop.ifPresent(command -> screen.line("  downlink  " + command.summary()));
    tally.missing().forEach(missing -> screen.line("  missing   " + missing));
    if (!options.exit()) {
      screen.line(
          "It goes on until Ctrl-C. Connect is at %s, Kafka at %s."
              .formatted(installation.connectUrl(), KafkaBroker.shared().bootstrapServers()));
    }
    screen.line("");
  }

  private static Duration since(long nanoTime) {
    return Duration.ofNanos(System.nanoTime() - nanoTime);
  }
}
