package io.github.chirpconnect.harness;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.harness.connect.PluginZip;
import io.github.chirpconnect.harness.process.Build;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is in the package, and what is not. */
class PackageIT {
  /** What every worker brings; a second copy would not be compatible with the first. */
  private static final Set<String> WORKERS = Set.of("kafka-", "connect-", "slf4j-", "log4j-");

  private static final String OWN_JAR = "kafka-connect-chirpstack-";

  @Test
  void bringsNothingThatTheWorkerBrings() throws IOException {
    List<String> foreign =
        jars().stream()
            .map(jar -> jar.getFileName().toString())
            .filter(name -> !name.startsWith(OWN_JAR))
            .toList();
    assertThat(foreign).isNotEmpty().noneMatch(name -> WORKERS.stream().anyMatch(name::startsWith));
  }

  @Test
  void ourClassesFindAllTheyUse() throws IOException {
    ToolProvider jdeps = ToolProvider.findFirst("jdeps").orElseThrow();
    List<Path> classPath = new ArrayList<>(jars());
    for (String provided : List.of("connect-api-", "kafka-clients-", "slf4j-api-")) {
      classPath.addAll(
          Build.list(Build.jars("worker"), ".jar").stream()
              .filter(jar -> jar.getFileName().toString().startsWith(provided))
              .toList());
    }
    Path own =
        jars().stream()
            .filter(jar -> jar.getFileName().toString().startsWith(OWN_JAR))
            .findFirst()
            .orElseThrow();
    StringWriter missing = new StringWriter();
    jdeps.run(
        new PrintWriter(missing),
        new PrintWriter(missing),
        "--multi-release",
        "17",
        "--missing-deps",
        "--class-path",
        classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)),
        own.toString());
    assertThat(missing.toString()).isEmpty();
  }

  @Test
  void carriesItsManifestItsLicencesAndConfigurationsToStartFrom() {
    String root = PluginZip.entries().get(0);
    assertThat(PluginZip.entries())
        .contains(
            root + "manifest.json",
            root + "doc/LICENSE",
            root + "doc/NOTICE",
            root + "doc/README.md",
            root + "doc/docs/configuration.md",
            root + "etc/chirpstack-source.json",
            root + "etc/chirpstack-sink.json");
  }

  private static List<Path> jars() throws IOException {
    try (Stream<Path> files = Files.walk(PluginZip.pluginPath())) {
      return files.filter(file -> file.toString().endsWith(".jar")).toList();
    }
  }
}
