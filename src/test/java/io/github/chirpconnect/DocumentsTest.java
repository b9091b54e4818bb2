package io.github.chirpconnect;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.config.SinkConfig;
import io.github.chirpconnect.config.SourceConfig;
import io.github.chirpconnect.testing.Documents;
import io.github.chirpconnect.testing.Documents.Block;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.provider.ConfigProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the documents show is true: each block of code is of a kind that a test reads, links lead
 * somewhere, and what is said of keys and metrics are keys and metrics that there are.
 */
class DocumentsTest {
  private static final Pattern PROFILE = Pattern.compile("-P([a-z]+)");
  private static final Pattern GIVEN_FILE = Pattern.compile("@(config/\\S+)");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]*)(#[^)\\s]*)?\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} (.*)$");
  private static final Pattern SETTING = Pattern.compile("`([a-z][a-z.]*[a-z]) ?= ?([^`…<>]+)`");
  private static final Pattern COUNTER = Pattern.compile("`([a-z]+(?:-[a-z]+)*-total)`");

  /** The kinds of blocks, and which test reads them. The first that fits counts. */
  private enum Kind {
    /** {@link ExamplesTest} validates ours, and holds others to the files that are run. */
    CONNECTOR(block -> isJson(block) && block.text().contains("\"connector.class\"")),

    /** A few keys of a configuration; {@link ExamplesTest} puts them into a whole one. */
    KEYS(block -> isJson(block) && block.text().startsWith("\"")),

    /** {@code sink.OutcomesTest} compares it with what the sink writes. */
    OUTCOME(block -> isJson(block) && block.text().contains("\"command_topic\"")),

    /** {@code sink.command.WrittenCommandsTest} reads them as the sink does. */
    COMMANDS(block -> isJson(block) && block.text().contains("\"fPort\"")),

    /** {@code source.offset.OffsetsTest} has the connector check them. */
    OFFSETS(
        block ->
            block.document().endsWith("offsets.md")
                && block.language().isEmpty()
                && block.text().contains("\"partition\": {\"")),

    /** {@code record.RecipesTest} applies its transforms. */
    RECIPE(block -> isProperties(block) && block.text().contains("\ntransforms=")),

    /** {@link #theConfigProviderReadsWhatTheFileHolds}. */
    PROVIDER(block -> isProperties(block) && block.text().contains("\nconfig.providers=")),

    /** {@code record.RecipesTest} compares it with the file, which {@code -Pwarehouses} runs. */
    FILE(block -> block.language().equals("sql") && isFile(block)),

    /** {@link #commandsNameWhatThereIs}. */
    SHELL(block -> block.language().equals("sh"));

    private final Predicate<Block> is;

    Kind(Predicate<Block> is) {
      this.is = is;
    }
  }

  /** By their first lines: what no test reads, and why. */
  private static final Map<String, String> UNREAD =
      Map.of(
          "┌───────────────────── Kafka Connect ─────────────────────┐", "a drawing",
          "seen = OrderedDict()", "a consumer in Python, which the build does not have",
          "SELECT c.command_id, COALESCE(d.state, c.state) AS state, d.gateway_id, COALESCE(d.reason, c.reason) AS reason",
              "needs a database",
          "kafka.connect:type=plugins,connector=<name>,task=<number>", "MetricsIT asks for it",
          "GET    /connectors/<name>/offsets     shows them",
              "Connect's own requests; OffsetsIT makes them",
          "\"ledger\": \"1:0a0b0c0d00000001=2Zk3…@0;0a0b0c0d000002ad=-mgvkdn4k@1\",",
              "is cut: ids are long");

  @Test
  void eachBlockIsReadByATestOrNamedHere() {
    Map<Kind, Integer> read = new EnumMap<>(Kind.class);
    Set<String> unread = new TreeSet<>();
    for (Block block : Documents.blocks()) {
      Arrays.stream(Kind.values())
          .filter(kind -> kind.is.test(block))
          .findFirst()
          .ifPresentOrElse(
              kind -> read.merge(kind, 1, Integer::sum),
              () -> unread.add(block.text().lines().findFirst().orElse("").strip()));
    }
    assertThat(unread)
        .as("blocks that no test reads; give each one a test, or name it here with the reason")
        .isEqualTo(new TreeSet<>(UNREAD.keySet()));
    assertThat(read.keySet())
        .as("kinds that no document has: take them out")
        .contains(Kind.values());
  }

  /** Profiles, files and properties in what is typed into a shell. */
  @Test
  void commandsNameWhatThereIs() throws IOException {
    String build = Files.readString(Path.of("pom.xml"));
    Set<String> profiles = new TreeSet<>();
    for (Path document : Documents.all()) {
      Matcher profile = PROFILE.matcher(Files.readString(document));
      while (profile.find()) {
        profiles.add(profile.group(1));
        assertThat(build).as(document.toString()).contains("<id>" + profile.group(1) + "</id>");
      }
    }
    assertThat(profiles).contains("demo", "bench", "warehouses", "chaos");
    int files = 0;
    for (Block block : Documents.blocks("sh")) {
      Matcher file = GIVEN_FILE.matcher(block.text());
      while (file.find()) {
        files++;
        assertThat(Path.of(file.group(1))).exists();
      }
    }
    assertThat(files).isGreaterThanOrEqualTo(2);
  }

  /** As it says: a line in a file on the worker, and what stands for it in a configuration. */
  @Test
  void theConfigProviderReadsWhatTheFileHolds(@TempDir Path directory) throws Exception {
    Properties worker = new Properties();
    for (Block block : Documents.blocks("properties")) {
      if (Kind.PROVIDER.is.test(block)) {
        worker.load(new StringReader(block.text()));
      }
    }
    Path file = Files.writeString(directory.resolve("chirpstack.properties"), "token=a.b.c");

    try (ConfigProvider provider =
        Class.forName(
                worker.getProperty(
                    "config.providers." + worker.getProperty("config.providers") + ".class"))
            .asSubclass(ConfigProvider.class)
            .getDeclaredConstructor()
            .newInstance()) {
      provider.configure(Map.of());
      assertThat(provider.get(file.toString(), Set.of("token")).data())
          .containsEntry("token", "a.b.c");
    }
    assertThat(worker.getProperty("config.providers")).isEqualTo("file");
    assertThat(Files.readString(Path.of("README.md")))
        .contains("${file:/etc/kafka-connect/chirpstack.properties:token}", "`token=<API key>`");
  }

  @Test
  void linksLeadSomewhere() {
    List<String> broken = new ArrayList<>();
    int links = 0;
    for (Path document : Documents.all()) {
      Matcher link = LINK.matcher(Documents.prose(document));
      while (link.find()) {
        if (link.group(1).startsWith("http")) {
          continue;
        }
        links++;
        Path target =
            link.group(1).isEmpty() ? document : document.resolveSibling(link.group(1)).normalize();
        if (!Files.exists(target)
            || (link.group(2) != null && !anchors(target).contains(link.group(2)))) {
          broken.add(document + ": " + link.group());
        }
      }
    }
    assertThat(broken).isEmpty();
    assertThat(links).isGreaterThan(50);
  }

  /** As GitHub makes them of headings. */
  private static Set<String> anchors(Path document) {
    Set<String> anchors = new HashSet<>();
    HEADING
        .matcher(Documents.prose(document))
        .results()
        .forEach(
            heading ->
                anchors.add(
                    "#"
                        + heading
                            .group(1)
                            .toLowerCase(Locale.ROOT)
                            .replaceAll("[^\\p{L}\\p{N} _-]", "")
                            .replace(' ', '-')));
    return anchors;
  }

  /** {@code value.format=flat} in a sentence: the key takes that value. */
  @Test
  void settingsInSentencesAreValid() {
    Map<String, ConfigDef.ConfigKey> keys = new TreeMap<>();
    Stream.of(SinkConfig.DEF, SourceConfig.DEF).forEach(def -> keys.putAll(def.configKeys()));
    Set<String> read = new TreeSet<>();
    List<String> invalid = new ArrayList<>();
    for (Path document : Documents.all()) {
      Matcher setting = SETTING.matcher(Documents.prose(document));
      while (setting.find()) {
        ConfigDef.ConfigKey key = keys.get(setting.group(1));
        if (key != null) {
          read.add(setting.group());
          if (!takes(key, setting.group(2))) {
            invalid.add(document + ": " + setting.group());
          }
        }
      }
    }
    assertThat(invalid).isEmpty();
    assertThat(read).hasSizeGreaterThan(20);
  }

  private static boolean takes(ConfigDef.ConfigKey key, String value) {
    return new ConfigDef()
        .define(key).validate(Map.of(key.name, value)).stream()
            .allMatch(found -> found.errorMessages().isEmpty());
  }

  /** MetricsIT holds docs/metrics.md to the metrics of a task. */
  @Test
  void countersAreInTheTableOfMetrics() throws IOException {
    String table = Files.readString(Path.of("docs", "metrics.md"));
    Set<String> named = new TreeSet<>();
    for (Path document : Documents.all()) {
      COUNTER
          .matcher(Documents.prose(document))
          .results()
          .forEach(counter -> named.add(counter.group(1)));
    }
    assertThat(named)
        .hasSizeGreaterThan(10)
        .allSatisfy(counter -> assertThat(table).contains("| `" + counter + "`"));
  }

  private static boolean isProperties(Block block) {
    return block.language().equals("properties");
  }

  private static boolean isJson(Block block) {
    return block.language().equals("json");
  }

  private static boolean isFile(Block block) {
    try (Stream<Path> files = Files.walk(Path.of("config"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (Files.readString(file).equals(block.text())) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
