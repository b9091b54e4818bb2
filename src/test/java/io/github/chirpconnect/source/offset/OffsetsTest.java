package io.github.chirpconnect.source.offset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;

class OffsetsTest {
  private static final String EUI = "0101010101010101";
  private static final Map<String, ?> DEVICE = Map.of("dev_eui", EUI);
  private static final Pattern EXAMPLE =
      Pattern.compile("\\{\"partition\": \\{[^{}.]+\\},\\s+\"offset\": (?:\\{[^{}]+\\}|null)\\}");

  @Test
  void acceptsWhatTheConnectorWrites() {
    String bucket = Integer.toString(Shards.bucketOf(EUI));
    assertThatCode(
            () -> {
              check(DEVICE, Map.of("events", "1:rs,0.1", "frames", "1:"));
              check(DEVICE, Map.of("events", "1:rs"));
              check(DEVICE, Map.of("events", "1:rs", "events_part", "1:rs.1/2s"));
              check(DEVICE, Map.of("events_part", "1:~AAAAAAAB/0"));
              check(DEVICE, Map.of("events", "1:rs", "link_metrics", "1:hour=rs,day=rs.2"));
              check(DEVICE, Map.of("device_metrics", "1:month=rs", "link_metrics", "1:"));
              check(
                  Map.of("gateway_id", EUI),
                  Map.of("frames", "1:rs", "gateway_metrics", "1:minute=rs,hour=rs.1z"));
              check(DEVICE, null);
              check(
                  Map.of("feed", "devices", "bucket", bucket),
                  Map.of("ledger", "1:" + EUI + "=1:x"));
              check(
                  Map.of("feed", "devices", "bucket", bucket),
                  Map.of("ledger", "1:", "since", EUI + "=-1z", "topic", "chirpstack.devices"));
              check(Map.of("feed", "devices", "bucket", "255"), null);
              check(Map.of("feed", "devices", "bucket", "0"), null);
            })
        .doesNotThrowAnyException();
  }

  @Test
  void namesTheFieldThatIsWrong() {
    refused(
        Map.of("dev_eui", "010101010101010A"), null, "dev_eui must be 16 lower-case hex digits");
    refused(Map.of("dev_eui", 1L), null, "dev_eui must be a string");
    refused(
        Map.of("topic", "x"), Map.of("events", "1:rs"), "has none of dev_eui, gateway_id, feed");
    refused(
        DEVICE,
        Map.of("event", "1:rs"),
        "event is not a field of this offset; known: events, events_part, frames, device_metrics, link_metrics");
    refused(DEVICE, Map.of("events", 5L), "events must be a string");
    refused(
        DEVICE,
        Map.of("frames", "1795520932452-0"),
        "frames '1795520932452-0' is not a list of log entry ids");
    for (String wrong :
        List.of("", "1:rs", "1:rs/", "1:rs/-1", "1:rs,1/1", "1:/1", "rs/1", "1:rs/A.")) {
      refused(
          DEVICE,
          Map.of("events_part", wrong),
          wrong.contains("/") && !wrong.contains("1:")
              ? "events_part 'rs' is not a list"
              : "events_part '" + wrong + "' is no part of a log entry");
    }
    refused(
        Map.of("gateway_id", EUI),
        Map.of("events_part", "1:rs/1"),
        "events_part is not a field of this offset");
    refused(Map.of("feed", "device-events", "bucket", "1"), null, "feed must be one of tenants, ");
    refused(Map.of("gateway_id", EUI), Map.of("events", "1:rs"), "known: frames, gateway_metrics");
    refused(
        DEVICE,
        Map.of("gateway_metrics", "1:hour=rs"),
        "gateway_metrics is not a field of this offset");
    refused(DEVICE, Map.of("link_metrics", 5L), "link_metrics must be a string");
    for (String wrong :
        List.of(
            "",
            "hour=rs",
            "1:hour",
            "1:hour=",
            "1:hour=RS",
            "1:hour=0rs",
            "1:hour=-1",
            "1:week=rs",
            "1:hour=rs.0",
            "1:hour=rs.-1",
            "1:hour=rs,",
            "1:day=rs,hour=rs",
            "1:hour=rs,hour=rs",
            "1:HOUR=rs",
            "1:hour=zzzzzzzzzzzzzzzz",
            "1:rs,0.1")) {
      refused(
          DEVICE,
          Map.of("link_metrics", wrong),
          "link_metrics '" + wrong + "' is not a list of buckets");
    }
    refused(
        Map.of("feed", "devices", "bucket", "256"), null, "bucket must be a number from 0 to 255");
    refused(Map.of("feed", "devices"), null, "bucket must be a string");
    refused(
        Map.of("feed", "devices", "bucket", "1"),
        Map.of("ledger", "x"),
        "ledger the ledger of bucket 1");
    refused(
        Map.of("feed", "devices", "bucket", "1"),
        Map.of("ledger", "1:", "since", 5L),
        "since must be a string");
    refused(
        Map.of("feed", "devices", "bucket", "1"),
        Map.of("topic", "chirpstack.devices"),
        "ledger must be a string");
  }

  /** Connect looks for 7 alone. */
  @Test
  void refusesABucketInAnotherSpelling() {
    for (String bucket : List.of("007", "07", "00", "+7", "7 ", "")) {
      refused(
          Map.of("feed", "devices", "bucket", bucket),
          Map.of("ledger", "1:"),
          "bucket must be a number from 0 to 255, without leading zeros");
      refused(Map.of("feed", "devices", "bucket", bucket), null, "without leading zeros");
    }
  }

  /** What docs/offsets.md shows can be sent as it stands. */
  @Test
  void acceptsWhatTheDocumentShows() throws IOException {
    String document = Files.readString(Path.of("docs/offsets.md"));
    Matcher examples = EXAMPLE.matcher(document);
    int count = 0;
    while (examples.find()) {
      JsonNode example = new ObjectMapper().readTree(examples.group());
      Map<String, ?> partition = fields(example.get("partition"));
      Map<String, ?> offset = example.get("offset").isNull() ? null : fields(example.get("offset"));
      assertThatCode(() -> check(partition, offset))
          .as(examples.group())
          .doesNotThrowAnyException();
      count++;
    }
    assertThat(count)
        .isGreaterThanOrEqualTo(5)
        .isEqualTo(document.split("\"partition\": \\{\"", -1).length - 1);
  }

  private static Map<String, ?> fields(JsonNode node) {
    return new ObjectMapper().convertValue(node, new TypeReference<Map<String, Object>>() {});
  }

  /** A reset removes all there is under the connector's name, whoever wrote it. */
  @Test
  void whatAnotherConnectorLeftBehindMayBeRemoved() {
    assertThatCode(() -> check(Map.of("table", "readings"), null)).doesNotThrowAnyException();
  }

  private static void refused(Map<String, ?> partition, Map<String, ?> offset, String message) {
    assertThatThrownBy(() -> check(partition, offset))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining(partition.toString())
        .hasMessageContaining(message);
  }

  private static void check(Map<String, ?> partition, Map<String, ?> offset) {
    Offsets.check(Collections.singletonMap(partition, offset));
  }
}
