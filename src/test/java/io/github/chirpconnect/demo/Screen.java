package io.github.chirpconnect.demo;

import java.io.PrintStream;

/**
 * Where the demonstration writes: whole lines, and on a terminal also a last line that is
 * overwritten by what comes next. Plain ASCII; colours on a terminal alone. Safe for use by many
 * threads.
 */
final class Screen {
  private static final String RESET = "\u001b[0m";
  private static final String CLEAR_LINE = "\r\u001b[K";

  private final PrintStream out;
  private final boolean terminal;
  private boolean statusShown;

  Screen(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** On a terminal when standard input and output are one. */
  static Screen ofThisProcess() {
    boolean terminal = System.console() != null && !"dumb".equals(System.getenv("TERM"));
    return new Screen(System.out, terminal);
  }

  boolean isTerminal() {
    return terminal;
  }

  synchronized void line(String text) {
    clearStatus();
    out.println(text);
    out.flush();
  }

  synchronized void line(String text, Colour colour) {
    line(terminal && colour != Colour.NONE ? colour.start() + text + RESET : text);
  }

  /** A line for the moment; nothing where lines can't be overwritten. */
  synchronized void status(String text) {
    if (terminal) {
      out.print(CLEAR_LINE + text);
      out.flush();
      statusShown = true;
    }
  }

  private void clearStatus() {
    if (statusShown) {
      out.print(CLEAR_LINE);
      statusShown = false;
    }
  }

  /** Colours that are readable on dark and light terminals. */
  enum Colour {
    NONE(0),
    BOLD(1),
    FAINT(2),
    GREEN(32),
    YELLOW(33),
    BLUE(34),
    MAGENTA(35),
    CYAN(36);

    private final int code;

    Colour(int code) {
      this.code = code;
    }

    private String start() {
      return "\u001b[" + code + "m";
    }
  }
}
