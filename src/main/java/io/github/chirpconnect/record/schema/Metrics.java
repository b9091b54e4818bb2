package io.github.chirpconnect.record.schema;

import static io.github.chirpconnect.record.json.FieldType.DOUBLE;
import static io.github.chirpconnect.record.json.FieldType.TEXT;

import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.record.json.MessageMapping;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;

/**
 * One number of a series: what a device, its link or a gateway counted or measured in one bucket of
 * time.
 */
public final class Metrics {
  private static final Map<Feed, Schema> BY_FEED =
      Map.of(
          Feed.DEVICE_METRICS, metric("DeviceMetric", "dev_eui"),
          Feed.LINK_METRICS, metric("LinkMetric", "dev_eui"),
          Feed.GATEWAY_METRICS, metric("GatewayMetric", "gateway_id"));

  private Metrics() {}

  /**
   * @throws IllegalArgumentException for a dataset that is no series
   */
  public static Schema of(Feed feed) {
    Schema schema = BY_FEED.get(feed);
    if (schema == null) {
      throw new IllegalArgumentException("the dataset " + feed + " has no schema of a series");
    }
    return schema;
  }

  private static Schema metric(String name, String idField) {
    return MessageMapping.named(name)
        .given(idField, Schema.STRING_SCHEMA)
        .given("metric", Schema.STRING_SCHEMA)
        .given("label", TEXT.schema())
        .given("aggregation", Schema.STRING_SCHEMA)
        .givenTime("time")
        .given("value", DOUBLE.schema())
        .given("kind", TEXT.schema())
        .given("tenant_id", TEXT.schema())
        .given("tenant_name", TEXT.schema())
        .given("application_id", TEXT.schema())
        .given("application_name", TEXT.schema())
        .required()
        .schema();
  }
}
