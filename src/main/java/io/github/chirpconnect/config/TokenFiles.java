package io.github.chirpconnect.config;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Files that hold an API key. Who may configure a connector names the file and the server that its
 * content is sent to: whoever runs the worker says which directories such files are in, with the
 * system property {@value #DIRECTORIES} (separated as paths are on that system). Without the
 * property, none is read.
 */
public final class TokenFiles {
  public static final String DIRECTORIES = "io.github.chirpconnect.token.file.dirs";

  /** Some editors write it before the text. */
  private static final String BYTE_ORDER_MARK = "\ufeff";

  private static final int MAX_BYTES = 16 << 10;

  private TokenFiles() {}

  /**
   * The API key in a file, without white space around it.
   *
   * @throws IOException when the file can't be read
   * @throws IllegalArgumentException when it must not be read, or holds something else; the message
   *     is what follows the file's name in a sentence, and never shows the content
   */
  public static String read(Path file) throws IOException {
    checkPermitted(file);
    byte[] content;
    try (InputStream in = Files.newInputStream(file.toRealPath())) {
      content = in.readNBytes(MAX_BYTES + 1);
    }
    Validators.require(content.length <= MAX_BYTES, "is too large to hold an API key alone");
    String text = new String(content, StandardCharsets.UTF_8);
    String token = (text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text).strip();
    try {
      Tokens.check(token);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("holds no API key: its content " + e.getMessage());
    }
    return token;
  }

  /**
   * Checks that the worker permits a file, whether it exists or not.
   *
   * @throws IllegalArgumentException when it doesn't; the message is what follows the file's name
   *     in a sentence
   */
  public static void checkPermitted(Path file) {
    String directories = System.getProperty(DIRECTORIES, "");
    Validators.require(
        !directories.isBlank(),
        "can't be read, since this worker names no directory for API key files: start it with -D"
            + DIRECTORIES
            + "="
            + (file.toAbsolutePath().getParent() == null ? "…" : file.toAbsolutePath().getParent())
            + " (in KAFKA_OPTS), or use a config provider (${file:…}) in "
            + ConnectionConfig.TOKEN);
    Path real = real(file);
    boolean permitted =
        Arrays.stream(directories.split(File.pathSeparator, -1))
            .map(String::strip)
            .filter(directory -> !directory.isEmpty())
            .anyMatch(directory -> real.startsWith(real(Path.of(directory))));
    Validators.require(
        permitted,
        "is outside the directories that this worker permits for API key files (-D"
            + DIRECTORIES
            + "="
            + directories
            + "); move it there, or start the worker with its directory too");
  }

  /** With every symbolic link followed, as far as the path exists. */
  private static Path real(Path path) {
    Path absolute = path.toAbsolutePath();
    try {
      return absolute.toRealPath();
    } catch (IOException e) {
      Path parent = absolute.getParent();
      return parent == null
          ? absolute
          : real(parent).resolve(absolute.getFileName().toString()).normalize();
    }
  }
}
