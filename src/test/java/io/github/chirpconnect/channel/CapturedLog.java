package io.github.chirpconnect.channel;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;

/** What is logged while it is open, at a level of one's own choosing, and nowhere else. */
public final class CapturedLog extends AbstractAppender implements AutoCloseable {
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final LoggerContext context = LoggerContext.getContext(false);
  private final LoggerConfig root = context.getConfiguration().getRootLogger();
  private final Level before = root.getLevel();
  private final List<Appender> others;

  public CapturedLog(Level level) {
    super("captured", null, null, true, Property.EMPTY_ARRAY);
    start();
    others = List.copyOf(root.getAppenders().values());
    others.forEach(other -> root.removeAppender(other.getName()));
    root.addAppender(this, null, null);
    root.setLevel(level);
    context.updateLoggers();
  }

  @Override
  public void append(LogEvent event) {
    StringBuilder line = new StringBuilder();
    line.append(event.getLevel()).append(' ').append(event.getLoggerName()).append(' ');
    line.append(event.getMessage().getFormattedMessage());
    if (event.getThrown() != null) {
      line.append(' ').append(event.getThrown());
    }
    lines.add(line.toString());
  }

  public List<String> lines() {
    return new ArrayList<>(lines);
  }

  @Override
  public void close() {
    root.removeAppender(getName());
    others.forEach(other -> root.addAppender(other, null, null));
    root.setLevel(before);
    context.updateLoggers();
  }
}
