package io.github.chirpconnect.channel.token;

import org.apache.kafka.common.config.types.Password;

/** An API key from the configuration: it stays as it is for as long as the task runs. */
public final class FixedToken implements TokenSource {
  private final Password token;

  public FixedToken(Password token) {
    this.token = token;
  }

  @Override
  public String token() {
    return token.value();
  }

  @Override
  public boolean immediate() {
    return true;
  }

  @Override
  public void refused() {
    // Nothing newer can be had: the configuration provider is asked when the task starts again.
  }

  @Override
  public boolean fromFile() {
    return false;
  }
}
