package io.github.chirpconnect.demo;

import io.github.chirpconnect.demo.Screen.Colour;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Map;

/** Aligned columns, a line for each record. */
final class Table {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");
  private static final String FORMAT = "%-2s %-8s  %-33s  %-8s  %s";
  private static final int WIDTH = 140;
  private static final Map<String, Colour> COLOURS =
      Map.of(
          "up", Colour.GREEN,
          "join", Colour.CYAN,
          "status", Colour.BLUE,
          "log", Colour.YELLOW,
          "location", Colour.MAGENTA,
          "device", Colour.FAINT,
          "deleted", Colour.YELLOW);

  private final Screen screen;
  private final ZoneId zone;

  Table(Screen screen, ZoneId zone) {
    this.screen = screen;
    this.zone = zone;
  }

  void header() {
    screen.line("");
    screen.line(FORMAT.formatted("", "TIME", "DEVICE", "EVENT", "VALUES"), Colour.BOLD);
  }

  void add(Row row) {
    screen.line(text(row, ""), COLOURS.getOrDefault(row.event(), Colour.NONE));
  }

  /** A row of the command that the demonstration sent. */
  void addMarked(Row row) {
    screen.line(text(row, ">>"), Colour.BOLD);
  }

  /** Records that there was no room for. */
  void skipped(int count, String event) {
    screen.line(FORMAT.formatted("", "", "", event, "and " + count + " more"), Colour.FAINT);
  }

  private String text(Row row, String mark) {
    String line =
        FORMAT.formatted(
            mark,
            TIME.format(row.time().atZone(zone)),
            row.device(),
            row.event(),
            // A line each, whatever a device's codec or a log entry says.
            row.values().replaceAll("\\p{Cntrl}+", " "));
    return line.length() <= WIDTH ? line.stripTrailing() : line.substring(0, WIDTH - 3) + "...";
  }
}
