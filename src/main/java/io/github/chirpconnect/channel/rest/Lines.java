package io.github.chirpconnect.channel.rest;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Splits a body into lines, however the network divides it. */
final class Lines {
  private final int limit;
  private ByteArrayOutputStream open = new ByteArrayOutputStream();

  /** A line, or a body without an end of line, of more than the limit. */
  static final class TooLongException extends Exception {
    private static final long serialVersionUID = 1L;
  }

  /**
   * @param limit of a line, in bytes
   */
  Lines(int limit) {
    this.limit = limit;
  }

  /**
   * Adds bytes of a body of lines.
   *
   * @return the lines that end in them, without blank ones
   */
  List<String> add(ByteBuffer bytes) throws TooLongException {
    List<String> lines = new ArrayList<>();
    while (bytes.hasRemaining()) {
      int length = 0;
      while (length < bytes.remaining() && bytes.get(bytes.position() + length) != '\n') {
        length++;
      }
      boolean ends = length < bytes.remaining();
      append(bytes, length);
      if (ends) {
        bytes.get();
        String line = takeOpen();
        if (!line.isBlank()) {
          lines.add(line);
        }
      }
    }
    return lines;
  }

  /** Adds bytes that are no lines. */
  void addWhole(ByteBuffer bytes) throws TooLongException {
    append(bytes, bytes.remaining());
  }

  private void append(ByteBuffer bytes, int length) throws TooLongException {
    if (length > limit - open.size()) {
      throw new TooLongException();
    }
    byte[] copy = new byte[length];
    bytes.get(copy);
    open.write(copy, 0, length);
  }

  /** What has come since the last end of line; empty when nothing has. */
  String takeOpen() {
    String line = open.toString(StandardCharsets.UTF_8);
    // A new buffer, so that one long line does not occupy memory for the life of a stream.
    open = new ByteArrayOutputStream();
    return line;
  }
}
