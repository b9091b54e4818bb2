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

  /** The path, whichever item of a list it is. */
  public String field() {
    return withoutIndexes(path);
  }

  public static String withoutIndexes(String path) {
    return path.replaceAll("\\[[0-9]+]", "[]");
  }

  /** The same, seen from the message or list that holds the field. */
  public MappingException in(String parent) {
    String separator = path.isEmpty() || path.startsWith("[") ? "" : ".";
    return new MappingException(parent + separator + path, problem);
  }
}
