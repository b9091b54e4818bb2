package io.github.chirpconnect;

import static java.util.Map.entry;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Nothing grows beyond what a reader takes in at once: packages, classes, constructors. A name
 * means one class. Exceptions are named here with their reason, and an exception that is not needed
 * any more fails the test.
 */
@AnalyzeClasses(packages = "io.github.chirpconnect", importOptions = DoNotIncludeTests.class)
class SizeRulesTest {
  private static final String ROOT = "io.github.chirpconnect";
  private static final int MOST_CLASSES = 22;
  private static final int MOST_LINES = 320;
  private static final int MOST_PARAMETERS = 7;

  private static final String COLLABORATORS = "what the parts of a task share, wired in one place";
  private static final String OF_DATA = "a record of data, made in one place from named values";

  private static final Map<String, String> LARGE_PACKAGES =
      Map.of(
          "api", "the port and its records, most of them a few lines long",
          "config", "a class for each group of keys, and the checks of keys against each other");

  private static final Map<String, String> LONG_CLASSES =
      Map.of(
          "api.v3.ErrorClassifier", "the only list of what v3's errors mean",
          "source.log.LogReader", "the life of one log's streams, whose states share one position",
          "source.log.ReplayFilter", "one state machine, which judges what it holds",
          "source.log.StreamGroup", "who has a place, and what the end of its stream means");

  private static final Map<String, String> MANY_PARAMETERS =
      Map.ofEntries(
          entry("api.Downlink", OF_DATA),
          entry("api.LogEntry", OF_DATA),
          entry("config.ConnectionConfig", OF_DATA),
          entry("sink.outcome.OutcomeRecord", "its components are the fields of the outcome topic"),
          entry("feed.Feed", OF_DATA),
          entry("source.StartedSource$Task", COLLABORATORS),
          entry("source.inventory.InventoryEngine$Dependencies", COLLABORATORS),
          entry("source.log.StreamGroup$Dependencies", COLLABORATORS),
          entry("source.server.ServerHealth", COLLABORATORS));

  @ArchTest
  static void packagesAreRoomsOfAboutTwentyClasses(JavaClasses all) {
    Map<String, Set<String>> classes =
        topLevel(all)
            .collect(
                groupingBy(JavaClass::getPackageName, mapping(JavaClass::getSimpleName, toSet())));
    Map<String, Integer> large = new TreeMap<>();
    classes.forEach(
        (room, names) -> {
          if (names.size() > MOST_CLASSES) {
            large.put(below(room), names.size());
          }
        });
    assertThat(large.keySet())
        .as("packages of more than %d classes: %s", MOST_CLASSES, large)
        .isEqualTo(LARGE_PACKAGES.keySet());
  }

  @ArchTest
  static void classesFitOnAFewScreens(JavaClasses all) {
    Path sources = Path.of("src/main/java", ROOT.replace('.', '/'));
    Map<String, Long> large = new TreeMap<>();
    try (Stream<Path> files = Files.walk(sources)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
        try (Stream<String> lines = Files.lines(file)) {
          long count = lines.count();
          if (count > MOST_LINES) {
            String name = sources.relativize(file).toString().replace('/', '.');
            large.put(name.substring(0, name.length() - ".java".length()), count);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    assertThat(large.keySet())
        .as("classes of more than %d lines: %s", MOST_LINES, large)
        .isEqualTo(LONG_CLASSES.keySet());
  }

  @ArchTest
  static void constructorsCanBeReadWithoutCounting(JavaClasses all) {
    Map<String, Integer> large = new TreeMap<>();
    ours(all)
        .flatMap(each -> each.getConstructors().stream())
        .filter(each -> each.getRawParameterTypes().size() > MOST_PARAMETERS)
        .filter(each -> !isBuilt(each))
        .forEach(
            each ->
                large.merge(
                    below(each.getOwner().getName()),
                    each.getRawParameterTypes().size(),
                    Math::max));
    assertThat(large.keySet())
        .as("constructors of more than %d parameters: %s", MOST_PARAMETERS, large)
        .isEqualTo(MANY_PARAMETERS.keySet());
  }

  /** Whether a class has a builder, which names the values. */
  private static boolean isBuilt(JavaConstructor constructor) {
    return constructor.getOwner().getPackage().getClassesInPackageTree().stream()
        .anyMatch(each -> each.getName().equals(constructor.getOwner().getName() + "$Builder"));
  }

  /** What differs between the generations has the same name in each. */
  @ArchTest
  static void aNameMeansOneClass(JavaClasses all) {
    Map<String, Set<String>> twice =
        topLevel(all)
            .collect(
                groupingBy(
                    JavaClass::getSimpleName,
                    TreeMap::new,
                    mapping(
                        each -> each.getPackageName().replaceFirst("\\.api\\.v[34]", ".api.v"),
                        toSet())));
    twice.values().removeIf(packages -> packages.size() == 1);
    assertThat(twice).isEmpty();
  }

  private static Stream<JavaClass> ours(JavaClasses all) {
    return all.stream().filter(each -> !each.getPackageName().startsWith(ROOT + ".proto"));
  }

  private static Stream<JavaClass> topLevel(JavaClasses all) {
    return ours(all)
        .filter(each -> each.isTopLevelClass() && !each.getSimpleName().equals("package-info"));
  }

  private static String below(String name) {
    return name.substring(ROOT.length() + 1);
  }
}
