package io.github.chirpconnect.record;

import java.util.function.Supplier;

/** Makes something when it is first asked for, and then keeps it. Not thread-safe. */
final class Lazily<T> implements Supplier<T> {
  private Supplier<T> maker;
  private T made;

  Lazily(Supplier<T> maker) {
    this.maker = maker;
  }

  @Override
  public T get() {
    if (maker != null) {
      made = maker.get();
      maker = null;
    }
    return made;
  }
}
