package io.github.chirpconnect.common;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;

/**
 * What tells one content of a file from another without reading it. Identity is part of it, because
 * a file that is renamed over the old one can have its time and its size. Symbolic links are
 * followed: secrets that a cluster mounts are replaced by turning one.
 */
public record FileStamp(Object identity, FileTime modified, long size) {
  public static FileStamp of(Path path) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    return new FileStamp(attributes.fileKey(), attributes.lastModifiedTime(), attributes.size());
  }
}
