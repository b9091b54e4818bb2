package io.github.chirpconnect.api;

/**
 * The subject of a call. It tells which setting to change without a search through the words of a
 * message.
 *
 * @param id of the subject; empty where the type is enough
 */
public record Subject(Type type, String id) {

  /** Each corresponds to a setting, or to none. */
  public enum Type {
    /** Whatever answers at the server's address, or does not answer. */
    SERVER("the server"),
    /** A proxy or web server that answered with a page in the server's place. */
    PROXY("the proxy"),
    /** This client's identity in TLS. */
    CLIENT_CERTIFICATE("the client certificate"),
    /** The server's identity in TLS. */
    SERVER_CERTIFICATE("the server's certificate"),
    /** The generation that answers. */
    GENERATION("the server's generation"),
    TOKEN("the API key"),
    /** A v4 tenant or a v3 organization. */
    TENANT("tenant"),
    APPLICATION("application"),
    DEVICE("device"),
    GATEWAY("gateway"),
    /** A dataset that this server does not have. */
    FEED("the feed"),
    /** Something for which there is no setting. */
    OTHER("");

    private final String word;

    Type(String word) {
      this.word = word;
    }
  }

  public static Subject of(Type type) {
    return new Subject(type, "");
  }

  public static Subject device(String devEui) {
    return new Subject(Type.DEVICE, devEui);
  }

  public static Subject gateway(String id) {
    return new Subject(Type.GATEWAY, id);
  }

  public static Subject of(Target target) {
    return target.isGroup() ? other(target.toString()) : device(target.id());
  }

  public static Subject application(String id) {
    return new Subject(Type.APPLICATION, id);
  }

  public static Subject tenant(String id) {
    return new Subject(Type.TENANT, id);
  }

  /**
   * @param words a description, to begin a sentence with
   */
  public static Subject other(String words) {
    return new Subject(Type.OTHER, words);
  }

  /** To begin a sentence with: {@code device 0f8f5de9ddc22cb4}. */
  @Override
  public String toString() {
    return (type.word + " " + id).strip();
  }
}
