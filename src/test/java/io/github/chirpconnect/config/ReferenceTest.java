package io.github.chirpconnect.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;

/**
 * The reference in docs/configuration.md is written from the definitions: {@code mvn test
 * -Dtest=ReferenceTest -Dreference.write=true} writes it anew.
 */
class ReferenceTest {
  private static final Path REFERENCE = Path.of("docs", "configuration.md");

  @Test
  void theReferenceSaysWhatTheDefinitionsSay() throws IOException {
    String reference = reference();
    if (Boolean.getBoolean("reference.write")) {
      Files.createDirectories(REFERENCE.getParent());
      Files.writeString(REFERENCE, reference);
    }
    assertThat(Files.readString(REFERENCE))
        .as(
            "docs/configuration.md is stale; write it anew with -Dtest=ReferenceTest -Dreference.write=true")
        .isEqualTo(reference);
  }

  /** A key of a group without a table of its own would be left out in silence. */
  @Test
  void theReferenceHasEachKey() throws IOException {
    String reference = Files.readString(REFERENCE);
    assertThat(List.of(SourceConfig.DEF, SinkConfig.DEF))
        .allSatisfy(
            def ->
                assertThat(def.names())
                    .allSatisfy(key -> assertThat(reference).contains("`" + key + "`")));
  }

  private static String reference() {
    StringBuilder out = new StringBuilder();
    out.append("# Configuration\n\n");
    out.append(
        "Written from the connectors' definitions. Keys of Connect itself (`topics`, `tasks.max`, `errors.*`, converters, ");
    out.append("`producer.override.*`) work as everywhere.\n\n");
    out.append(
        "Connection and TLS are the same for source and sink, but for what the sink has no use for: ");
    out.append(
        SourceConfig.DEF.configKeys().values().stream()
            .filter(key -> "Connection".equals(key.group))
            .filter(key -> !SinkConfig.DEF.names().contains(key.name))
            .sorted(Comparator.comparingInt(key -> key.orderInGroup))
            .map(key -> "`" + key.name + "`")
            .collect(Collectors.joining(", ", "", ".\n\n")));
    out.append("## Connection\n\n");
    table(out, SourceConfig.DEF, "Connection");
    out.append("\n## Source\n\n");
    table(out, SourceConfig.DEF, "Source");
    out.append("\n## Topics, keys and deletes (source)\n\n");
    table(out, SourceConfig.DEF, "Topics");
    out.append("\n## Form of the values (source)\n\n");
    table(out, SourceConfig.DEF, "Values");
    out.append("\n## Measurements (source)\n\n");
    table(out, SourceConfig.DEF, "Measurements");
    out.append("\n## Sink\n\n");
    table(out, SinkConfig.DEF, "Sink");
    out.append("\n## Gates (sink)\n\n");
    table(out, SinkConfig.DEF, "Gates");
    out.append("\n## Outcomes (sink)\n\n");
    table(out, SinkConfig.DEF, "Outcomes");
    out.append("\n## TLS\n\n");
    out.append(
        "Kafka's own client keys behind `chirpstack.`, with Kafka's meaning: PEM, JKS and PKCS12, mutual TLS.\n\n");
    SourceConfig.DEF.names().stream()
        .filter(name -> name.startsWith("chirpstack.ssl."))
        .sorted()
        .forEach(name -> out.append("* `").append(name).append("`\n"));
    return out.toString();
  }

  private static void table(StringBuilder out, ConfigDef def, String group) {
    out.append("| key | type | default | values | meaning |\n|---|---|---|---|---|\n");
    def.configKeys().values().stream()
        .filter(key -> group.equals(key.group))
        .sorted(Comparator.comparingInt(key -> key.orderInGroup))
        .forEach(
            key ->
                out.append("| `")
                    .append(key.name)
                    .append("` | ")
                    .append(key.type.name().toLowerCase(Locale.ROOT))
                    .append(" | ")
                    .append(defaultOf(key))
                    .append(" | ")
                    .append(key.validator == null ? "" : cell(key.validator.toString()))
                    .append(" | ")
                    .append(cell(key.documentation))
                    .append(" |\n"));
  }

  private static String defaultOf(ConfigDef.ConfigKey key) {
    if (!key.hasDefault()) {
      return "**required**";
    }
    if (key.defaultValue == null) {
      return "";
    }
    String text =
        key.defaultValue instanceof List<?> items
            ? String.join(",", items.stream().map(String::valueOf).toList())
            : key.defaultValue.toString();
    return text.isEmpty() ? "" : "`" + cell(text) + "`";
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replaceAll("\\s+", " ").strip();
  }
}
