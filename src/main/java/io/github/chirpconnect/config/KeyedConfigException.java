package io.github.chirpconnect.config;

import org.apache.kafka.common.config.ConfigException;

/** A setting that can't be used, and the key that it has in the connector's configuration. */
public final class KeyedConfigException extends ConfigException {
  private static final long serialVersionUID = 1L;

  private final String key;

  /**
   * @param key the connector's own name of it
   * @param what continues the sentence that begins with the key; contains no value
   */
  public KeyedConfigException(String key, String what) {
    super(key + " " + what);
    this.key = key;
  }

  public String key() {
    return key;
  }
}
