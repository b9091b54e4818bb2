package io.github.chirpconnect.harness;

import java.util.regex.Pattern;

/** A connector or one of its tasks has failed where it should run; the message has the trace. */
public final class ConnectorFailed extends AssertionError {
  private static final long serialVersionUID = 1L;
  private static final Pattern CLASS_NAME = Pattern.compile("^([\\w$]+\\.)+[\\w$]+: ");

  private final String reason;

  ConnectorFailed(String connector, String trace) {
    super("Connector " + connector + " failed: " + trace);
    this.reason = reasonIn(trace);
  }

  /** What went wrong without where: the trace's first line without the exception's name. */
  public String reason() {
    return reason;
  }

  /** The message of the exception whose trace this is. */
  public static String reasonIn(String trace) {
    String firstLine = trace.lines().findFirst().orElse("without a reason");
    return CLASS_NAME.matcher(firstLine).replaceFirst("");
  }
}
