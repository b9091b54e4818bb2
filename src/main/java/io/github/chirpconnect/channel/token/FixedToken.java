package io.github.chirpconnect.channel.token;

import org.apache.kafka.common.config.types.Password;

/** An API key from the configuration, which does not change while the task runs. */
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
    // There is no newer one: Connect asks the configuration provider only at a restart.
  }

  @Override
  public boolean fromFile() {
    return false;
  }
}
