package io.github.chirpconnect.api;

/**
 * What a call was about, so that the setting to change is known without a look at the words of a
 * message.
 *
 * @param id of what it was about; empty where the type says all
 */
public record Subject(Type type, String id) {

  /** Each stands for a setting, or for none. */
  public enum Type {
    /** What answers at the server's address, or does not. */
    SERVER("the server"),
    /** A proxy or web server that answered in the server's place, with a page. */
    PROXY("the proxy"),
    /** Who this client is, as TLS tells. */
    CLIENT_CERTIFICATE("the client certificate"),
    /** Who the server is, as TLS tells. */
    SERVER_CERTIFICATE("the server's certificate"),
    /** Which generation answers. */
    GENERATION("the server's generation"),
    TOKEN("the API key"),
    /** A v4 tenant or a v3 organization. */
    TENANT("tenant"),
    APPLICATION("application"),
    DEVICE("device"),
    GATEWAY("gateway"),
    /** A dataset that such a server does not have. */
    FEED("the feed"),
    /** Something that no setting names. */
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

  public static Subject application(String id) {
    return new Subject(Type.APPLICATION, id);
  }

  public static Subject tenant(String id) {
    return new Subject(Type.TENANT, id);
  }

  /**
   * @param words what it is, to begin a sentence with
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
