package io.github.chirpconnect.common;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;

/**
 * Changes when a file's content changes, without reading the file. Includes the file's identity,
 * since a file that is renamed over the old one can have the same time and size. Follows symbolic
 * links: clusters replace a mounted secret by changing a link.
 */
public record FileStamp(Object identity, FileTime modified, long size) {
  public static FileStamp of(Path path) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    return new FileStamp(attributes.fileKey(), attributes.lastModifiedTime(), attributes.size());
  }
}
