package io.github.chirpconnect.record;

import io.github.chirpconnect.api.Aggregation;
import io.github.chirpconnect.api.MetricPoint;
import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.record.json.Times;
import io.github.chirpconnect.record.key.Key;
import io.github.chirpconnect.record.measurement.Measurements;
import io.github.chirpconnect.record.schema.Metrics;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/**
 * One number of a series.
 *
 * @param feed a series
 * @param id the device's EUI or the gateway's id
 * @param place {@link Place#NONE} if it is not known
 */
public record MetricRow(
    Feed feed, String id, Place place, Aggregation aggregation, MetricPoint point) {

  public MetricRow {
    Objects.requireNonNull(feed);
    Objects.requireNonNull(id);
    Objects.requireNonNull(place);
    Objects.requireNonNull(aggregation);
    Objects.requireNonNull(point);
  }

  /**
   * Identifies the bucket. Metrics and labels are the users' text and may contain the separator.
   */
  Key key() {
    String label = point.label() == null ? "" : point.label();
    String text =
        String.join(
            "|",
            id,
            escaped(point.metric()),
            escaped(label),
            aggregation.name(),
            point.time().toString());
    return new Key(
        feed,
        text,
        List.of(id, point.metric(), label, aggregation.name(), Date.from(point.time())));
  }

  /** Whether its key is short enough for the indexes of databases, as that of a measurement. */
  public boolean isIndexable() {
    String label = point.label() == null ? "" : point.label();
    return point.metric().length() + label.length() <= Measurements.LONGEST_NAME;
  }

  Mapped mapped() {
    return new Mapped(feed, null, feed.topics().get(0), place, struct(), null);
  }

  private Struct struct() {
    Schema schema = Metrics.of(feed);
    Struct struct =
        new Struct(schema)
            .put(schema.fields().get(0), id)
            .put("metric", point.metric())
            .put("label", point.label())
            .put("aggregation", aggregation.name())
            .put("value", Double.isFinite(point.value()) ? point.value() : null)
            .put("kind", point.kind())
            .put("tenant_id", place.tenantId())
            .put("tenant_name", place.tenantName())
            .put("application_id", place.applicationId())
            .put("application_name", place.applicationName());
    Times.put(struct, schema.field("time"), point.time());
    return struct;
  }

  private static String escaped(String text) {
    return text.replace("%", "%25").replace("|", "%7C");
  }
}
