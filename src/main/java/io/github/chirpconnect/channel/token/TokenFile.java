package io.github.chirpconnect.channel.token;

import io.github.chirpconnect.common.FileStamp;
import io.github.chirpconnect.config.ConnectionConfig;
import io.github.chirpconnect.config.TokenFiles;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * An API key in a file. Checks the file at most once a second, and reads it when it has changed or
 * the key was refused. While the file holds no key, calls fail; a removed key is not used any more,
 * since removal is deliberate.
 */
public final class TokenFile implements TokenSource {
  private static final long LOOK_EVERY_NANOS = Duration.ofSeconds(1).toNanos();

  private final Path path;
  private final LongSupplier nanoTime;

  private FileStamp mark;
  private String token;
  private TokenUnavailableException failure;
  private long lookedAt;
  private long readAt;
  private volatile long lookAgainAt;
  private volatile boolean refused;

  /**
   * @param nanoTime as System.nanoTime
   */
  public TokenFile(Path path, LongSupplier nanoTime) {
    this.path = path;
    this.nanoTime = nanoTime;
    long now = nanoTime.getAsLong();
    this.lookedAt = now - LOOK_EVERY_NANOS;
    this.readAt = now - LOOK_EVERY_NANOS;
    this.lookAgainAt = now;
  }

  @Override
  public boolean immediate() {
    return !refused && nanoTime.getAsLong() - lookAgainAt < 0;
  }

  @Override
  public void refused() {
    refused = true;
  }

  @Override
  public boolean fromFile() {
    return true;
  }

  @Override
  public synchronized String token() throws TokenUnavailableException {
    long now = nanoTime.getAsLong();
    boolean due = now - lookedAt >= LOOK_EVERY_NANOS;
    boolean doubted = refused && now - readAt >= LOOK_EVERY_NANOS;
    if (due || doubted) {
      look(now, doubted);
    }
    if (failure != null) {
      throw failure;
    }
    return token;
  }

  private void look(long now, boolean doubted) {
    lookedAt = now;
    try {
      // Stamped before reading, so that a write meanwhile counts as a change next time.
      FileStamp seen = FileStamp.of(path);
      if (doubted || failure != null || !seen.equals(mark)) {
        refused = false;
        readAt = now;
        token = TokenFiles.read(path);
        mark = seen;
      }
      failure = null;
    } catch (IOException e) {
      fail("can't be read on this worker (" + reason(e) + ")", e);
    } catch (IllegalArgumentException e) {
      fail(e.getMessage(), null);
    }
    lookAgainAt = now + LOOK_EVERY_NANOS;
  }

  private void fail(String what, IOException cause) {
    token = null;
    failure =
        new TokenUnavailableException(
            "the API key file " + path + " (" + ConnectionConfig.TOKEN_FILE + ") " + what, cause);
  }

  private static String reason(IOException e) {
    return e instanceof NoSuchFileException ? "no such file" : e.getClass().getSimpleName();
  }

  @Override
  public String toString() {
    return "TokenFile(" + path + ")";
  }
}
