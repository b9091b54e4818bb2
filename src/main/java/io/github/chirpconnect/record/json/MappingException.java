package io.github.chirpconnect.record.json;

/** A body that does not fit its schema. The message names the field and shows what was found. */
public final class MappingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String path;
  private final String problem;

  public MappingException(String problem) {
    this("", problem);
  }

  private MappingException(String path, String problem) {
    super(path.isEmpty() ? problem : path + ": " + problem, null, false, false);
    this.path = path;
    this.problem = problem;
  }

  /** The path without the indexes of lists. */
  public String field() {
    return withoutIndexes(path);
  }

  public static String withoutIndexes(String path) {
    return path.replaceAll("\\[[0-9]+]", "[]");
  }

  /** The same, with the name of the enclosing message or list before the path. */
  public MappingException in(String parent) {
    String separator = path.isEmpty() || path.startsWith("[") ? "" : ".";
    return new MappingException(parent + separator + path, problem);
  }
}
