package io.github.chirpconnect.harness.connect;

import java.util.List;
import java.util.regex.Pattern;

/** A connector or one of its tasks has failed where it should run; the message has the trace. */
public final class ConnectorFailed extends AssertionError {
  private static final long serialVersionUID = 1L;
  private static final Pattern CLASS_NAME = Pattern.compile("^([\\w$]+\\.)+[\\w$]+: ");

  private static final String CAUSE = "Caused by: ";

  /** What Connect says around whatever a sink task throws. */
  private static final String WRAPPER = "Exiting WorkerSinkTask";

  private final String reason;

  ConnectorFailed(String connector, String trace) {
    super("Connector " + connector + " failed: " + trace);
    this.reason = reasonIn(trace);
  }

  /** What went wrong without where: the trace's first line without the exception's name. */
  public String reason() {
    return reason;
  }

  /** The message of the exception whose trace this is, or of the one that Connect wrapped. */
  public static String reasonIn(String trace) {
    List<String> exceptions =
        trace
            .lines()
            .filter(line -> !line.startsWith("\t"))
            .map(line -> line.startsWith(CAUSE) ? line.substring(CAUSE.length()) : line)
            .map(line -> CLASS_NAME.matcher(line).replaceFirst(""))
            .toList();
    return exceptions.stream()
        .filter(message -> !message.startsWith(WRAPPER))
        .findFirst()
        .orElse("without a reason");
  }
}
