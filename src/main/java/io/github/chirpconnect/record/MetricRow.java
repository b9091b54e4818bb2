package io.github.chirpconnect.record;

import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.record.json.Times;
import io.github.chirpconnect.record.schema.Metrics;
import java.time.Instant;
import java.util.Objects;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/**
 * One number of a series.
 *
 * @param feed a series
 * @param id the device's EUI, or the gateway's id
 * @param place where it is; {@link Place#NONE} where that is not known
 * @param metric what was counted or measured, as in the server's answer: {@code rx_packets}, or a
 *     measurement's key
 * @param label of the dataset in it: a frequency, a data rate, a status; null where it has none
 * @param aggregation how long a bucket is: {@code HOUR}, {@code DAY}, {@code MONTH}, {@code MINUTE}
 * @param time when the bucket begins, which is cut in the server's time zone
 * @param value not finite for none
 * @param kind {@code COUNTER}, {@code ABSOLUTE} or {@code GAUGE}; null where it is not told
 */
public record MetricRow(
    Feed feed,
    String id,
    Place place,
    String metric,
    String label,
    String aggregation,
    Instant time,
    double value,
    String kind) {

  public MetricRow {
    Objects.requireNonNull(feed);
    Objects.requireNonNull(id);
    Objects.requireNonNull(place);
    Objects.requireNonNull(metric);
    Objects.requireNonNull(aggregation);
    Objects.requireNonNull(time);
  }

  /**
   * Names the bucket. Metrics and labels are users' text and may have the sign that stands between
   * the parts.
   */
  String key() {
    return String.join(
        "|",
        id,
        escaped(metric),
        label == null ? "" : escaped(label),
        aggregation,
        time.toString());
  }

  Struct struct() {
    Schema schema = Metrics.of(feed);
    Struct struct =
        new Struct(schema)
            .put(schema.fields().get(0), id)
            .put("metric", metric)
            .put("label", label)
            .put("aggregation", aggregation)
            .put("value", Double.isFinite(value) ? value : null)
            .put("kind", kind)
            .put("tenant_id", place.tenantId())
            .put("tenant_name", place.tenantName())
            .put("application_id", place.applicationId())
            .put("application_name", place.applicationName());
    Times.put(struct, schema.field("time"), time);
    return struct;
  }

  private static String escaped(String text) {
    return text.replace("%", "%25").replace("|", "%7C");
  }
}
