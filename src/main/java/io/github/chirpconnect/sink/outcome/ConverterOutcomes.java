package io.github.chirpconnect.sink.outcome;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.storage.Converter;

/** Outcomes as structs, in the form of a converter, which need not be safe for many threads. */
public final class ConverterOutcomes implements OutcomeFormat {
  private final Converter converter;

  /**
   * @param converter configured for values
   */
  public ConverterOutcomes(Converter converter) {
    this.converter = converter;
  }

  @Override
  public synchronized byte[] write(String topic, OutcomeRecord outcome) {
    Struct struct = outcome.struct();
    try {
      return converter.fromConnectData(topic, struct.schema(), struct);
    } catch (RuntimeException e) {
      throw new DataException("the converter of outcomes can't write one: " + e.getMessage(), e);
    }
  }

  @Override
  public synchronized OutcomeRecord read(String topic, byte[] value) {
    if (value == null) {
      return null;
    }
    try {
      return OutcomeRecord.read(converter.toConnectData(topic, value));
    } catch (RuntimeException e) {
      throw new DataException(
          "the converter of outcomes can't read a record of the topic "
              + topic
              + ": "
              + e.getMessage(),
          e);
    }
  }

  /** Converters of older workers can't be closed. */
  @Override
  public void close() {
    if ((Object) converter instanceof Closeable closeable) {
      try {
        closeable.close();
      } catch (IOException e) {
        throw new UncheckedIOException("the converter of outcomes can't be closed", e);
      }
    }
  }
}
