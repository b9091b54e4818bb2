package io.github.chirpconnect.record;

import io.github.chirpconnect.record.format.ValueFormat;
import io.github.chirpconnect.record.key.KeyFormat;
import io.github.chirpconnect.record.topic.Topics;
import io.github.chirpconnect.record.topic.Whereabouts;

/**
 * The form of records, as configured.
 *
 * @param topics where they go
 * @param whereabouts of devices and gateways whose records do not contain their place
 */
public record RecordForm(
    Topics topics, Whereabouts whereabouts, KeyFormat keys, ValueFormat values, Deletes deletes) {
  /** The default. */
  public static RecordForm usual(String topicPrefix) {
    return new RecordForm(
        Topics.usual(topicPrefix),
        Whereabouts.UNKNOWN,
        KeyFormat.STRING,
        ValueFormat.STRUCT,
        Deletes.TOMBSTONE);
  }

  /** The same with values in another form. */
  public RecordForm with(ValueFormat other) {
    return new RecordForm(topics, whereabouts, keys, other, deletes);
  }
}
