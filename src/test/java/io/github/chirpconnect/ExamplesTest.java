package io.github.chirpconnect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.config.ConfigChecks;
import io.github.chirpconnect.config.ConnectionConfig;
import io.github.chirpconnect.testing.Documents;
import io.github.chirpconnect.testing.Documents.Block;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.connect.connector.Connector;
import org.apache.kafka.connect.sink.SinkConnector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What users copy works: the configurations in config/ and in the documents, and the prefixes of
 * their keys.
 */
class ExamplesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String OWN = ExamplesTest.class.getPackageName();
  private static final Pattern OVERRIDE =
      Pattern.compile("(consumer|producer)\\.override\\.([a-z.]*[a-z])");

  static Stream<JsonNode> examples() throws IOException {
    return Stream.of(ofFiles(), ofDocuments(), fragments())
        .flatMap(List::stream)
        .filter(ExamplesTest::isOurs);
  }

  private static boolean isOurs(JsonNode example) {
    return example.at("/config/connector.class").asText().startsWith(OWN);
  }

  private static List<JsonNode> ofFiles() throws IOException {
    List<JsonNode> all = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Path.of("config"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".json")).toList()) {
        all.add(JSON.readTree(file.toFile()));
      }
    }
    return all;
  }

  /** The whole configurations; some stand there without a name. */
  private static List<JsonNode> ofDocuments() throws IOException {
    return wholeIn(Documents.blocks("json").stream());
  }

  private static List<JsonNode> ofReadme() throws IOException {
    return wholeIn(
        Documents.blocks("json").stream()
            .filter(block -> block.document().equals(Path.of("README.md"))));
  }

  private static List<JsonNode> wholeIn(Stream<Block> blocks) throws IOException {
    List<JsonNode> all = new ArrayList<>();
    for (Block block : blocks.toList()) {
      if (block.text().contains("\"connector.class\"")) {
        JsonNode example = JSON.readTree(block.text());
        all.add(example.has("config") ? example : JSON.createObjectNode().set("config", example));
      }
    }
    return all;
  }

  /** A few keys, put into the smallest connector that has them. */
  private static List<JsonNode> fragments() throws IOException {
    List<JsonNode> all = new ArrayList<>();
    for (Block block : Documents.blocks("json")) {
      if (block.text().startsWith("\"")) {
        JsonNode keys = JSON.readTree("{" + block.text() + "}");
        boolean ofSink = keys.fieldNames().next().startsWith("consumer.");
        ObjectNode whole =
            ofReadme().stream()
                .filter(example -> isOurs(example) && isSink(example) == ofSink)
                .findFirst()
                .orElseThrow()
                .deepCopy();
        whole.withObject("config").setAll((ObjectNode) keys);
        all.add(whole);
      }
    }
    return all;
  }

  private static boolean isSink(JsonNode example) {
    return example.at("/config/connector.class").asText().endsWith("SinkConnector");
  }

  @Test
  void thereIsOneOfEachInBothPlaces() throws IOException {
    assertThat(examples().map(example -> example.at("/config/connector.class").asText()))
        .filteredOn(name -> name.endsWith("SourceConnector") || name.endsWith("SinkConnector"))
        .hasSizeGreaterThanOrEqualTo(6);
  }

  /** The files of config/warehouses are run by {@code -Pwarehouses}, with the real connectors. */
  @Test
  void othersConnectorsAreThoseThatAreRun() throws IOException {
    List<JsonNode> files = ofFiles();
    assertThat(ofDocuments())
        .filteredOn(example -> !isOurs(example))
        .hasSizeGreaterThanOrEqualTo(4)
        .allSatisfy(
            example ->
                assertThat(files)
                    .anySatisfy(
                        file ->
                            assertThat(file.get("config").properties())
                                .containsAll(example.get("config").properties())));
  }

  /** Commands have no schema, so a sink of tables would stop at the first one. */
  @Test
  void sinksOfAllTopicsTakeNoCommands() throws IOException {
    List<String> commands =
        Stream.concat(ofFiles().stream(), ofDocuments().stream())
            .filter(example -> isOurs(example) && isSink(example))
            .map(example -> example.get("config"))
            .flatMap(
                config ->
                    Stream.of("topics", "errors.deadletterqueue.topic.name")
                        .map(key -> config.path(key).asText())
                        .filter(topic -> !topic.isEmpty()))
            .distinct()
            .toList();
    List<Pattern> patterns =
        Stream.concat(ofFiles().stream(), ofDocuments().stream())
            .map(example -> example.at("/config/topics.regex").asText())
            .filter(regex -> !regex.isEmpty())
            .map(Pattern::compile)
            .toList();
    assertThat(commands).contains("chirpstack.commands", "chirpstack.commands.dlq");
    assertThat(patterns).hasSizeGreaterThanOrEqualTo(4);
    for (Pattern pattern : patterns) {
      assertThat(commands).noneMatch(topic -> pattern.matcher(topic).matches());
      assertThat(pattern.matcher("chirpstack.device.up").matches()).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void isValidAsItStands(JsonNode example) throws ReflectiveOperationException {
    Map<String, String> given =
        new HashMap<>(
            JSON.convertValue(example.get("config"), new TypeReference<Map<String, String>>() {}));
    // What a config provider would put in, and no server to ask.
    given.replace(ConnectionConfig.TOKEN, "a.b.c");
    given.put(ConnectionConfig.VALIDATE_CONNECTION, "false");
    Connector connector =
        Class.forName(given.get("connector.class"))
            .asSubclass(Connector.class)
            .getDeclaredConstructor()
            .newInstance();

    Config config = connector.validate(given);

    assertThat(config.configValues())
        .allSatisfy(value -> assertThat(value.errorMessages()).isEmpty());
    assertThat(ConfigChecks.valid(config)).isTrue();
    assertThat(given.keySet())
        .as("keys that are neither the connector's nor Connect's")
        .allSatisfy(
            key ->
                assertThat(connector.config().names().contains(key) || isConnects(key, connector))
                    .as(key)
                    .isTrue());
  }

  /** A worker may forbid overrides of its clients, and refuses a connector that has one. */
  @Test
  void thoseOfTheReadmeRunOnAnyWorker() throws IOException {
    assertThat(ofReadme())
        .filteredOn(ExamplesTest::isOurs)
        .hasSizeGreaterThanOrEqualTo(2)
        .allSatisfy(
            example -> assertThat(example.get("config").toString()).doesNotContain(".override."));
  }

  /** Kafka's clients take no notice of a key that they do not know. */
  @Test
  void overridesInTheDocumentsAreSettingsOfThatClient() throws IOException {
    Set<String> found = new TreeSet<>();
    List<Path> files =
        Stream.of(Path.of("."), Path.of("docs"), Path.of("config"))
            .flatMap(ExamplesTest::list)
            .toList();
    for (Path file : files) {
      Matcher overrides = OVERRIDE.matcher(Files.readString(file));
      while (overrides.find()) {
        found.add(overrides.group());
        assertThat(
                overrides.group(1).equals("consumer")
                    ? ConsumerConfig.configNames()
                    : ProducerConfig.configNames())
            .as(file.toString())
            .contains(overrides.group(2));
      }
    }
    assertThat(found).hasSizeGreaterThanOrEqualTo(4);
  }

  private static Stream<Path> list(Path directory) {
    return Arrays.stream(directory.toFile().listFiles())
        .filter(file -> file.getName().matches(".*\\.(md|json)"))
        .map(File::toPath);
  }

  private static boolean isConnects(String key, Connector connector) {
    return Stream.of(
                "connector.class",
                "tasks.max",
                "value.converter",
                "key.converter",
                "header.converter",
                "errors.",
                "transforms",
                "predicates",
                "topic.creation.")
            .anyMatch(key::startsWith)
        || (connector instanceof SinkConnector
            && (key.equals("topics") || key.startsWith("consumer.override.")));
  }
}
