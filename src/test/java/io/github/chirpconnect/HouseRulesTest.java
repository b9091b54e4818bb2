package io.github.chirpconnect;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.stream.Stream;

/** Who may know whom. A rule that gets in the way is changed here, in the open, or not at all. */
@AnalyzeClasses(packages = "io.github.chirpconnect", importOptions = DoNotIncludeTests.class)
class HouseRulesTest {
  private static final String ROOT = "io.github.chirpconnect";
  private static final String FEED = ROOT + ".feed..";
  private static final String COMMON = ROOT + ".common..";
  private static final String CONTEXT = ROOT + ".context..";
  private static final String CONFIG = ROOT + ".config..";
  private static final String METRICS = ROOT + ".metrics..";
  private static final String CHANNEL = ROOT + ".channel..";

  /** The port alone, without what implements it. */
  private static final String API = ROOT + ".api";

  private static final String V3 = ROOT + ".api.v3..";
  private static final String V4 = ROOT + ".api.v4..";
  private static final String RECORD = ROOT + ".record..";
  private static final String SOURCE = ROOT + ".source..";
  private static final String SINK = ROOT + ".sink..";
  private static final String GENERATED = ROOT + ".proto..";

  // --- the rooms of the house

  @ArchTest static final ArchRule feedKnowsNobody = knowsOnly(FEED);
  @ArchTest static final ArchRule commonKnowsNobody = knowsOnly(COMMON);
  @ArchTest static final ArchRule contextKnowsNobody = knowsOnly(CONTEXT);
  @ArchTest static final ArchRule metricsKnowTheDatasets = knowsOnly(METRICS, FEED);
  @ArchTest static final ArchRule theConfigurationKnowsTheDatasets = knowsOnly(CONFIG, FEED);

  @ArchTest
  static final ArchRule theChannelKnowsTheConfiguration =
      knowsOnly(CHANNEL, CONFIG, FEED, COMMON, CONTEXT);

  @ArchTest
  static final ArchRule recordsKnowThePortAndConnectsSchemas = knowsOnly(RECORD, API, FEED, COMMON);

  @ArchTest
  static final ArchRule theSourceKnowsThePort =
      knowsOnly(SOURCE, API, FEED, RECORD, CONFIG, METRICS, COMMON, CONTEXT);

  @ArchTest
  static final ArchRule theSinkKnowsThePort =
      knowsOnly(SINK, API, FEED, RECORD, CONFIG, METRICS, COMMON, CONTEXT);

  @ArchTest
  static final ArchRule onlyTheConnectorsKnowSourceAndSink =
      noClasses()
          .that()
          .resideOutsideOfPackages(SOURCE, SINK)
          .and()
          .haveNameNotMatching(".*\\.ChirpStack(Source|Sink)Connector(\\$.*)?")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(SOURCE, SINK);

  @ArchTest
  static final ArchRule onlyTheAdaptersKnowTheWire =
      noClasses()
          .that()
          .resideOutsideOfPackages(CHANNEL, ROOT + ".api.*..", GENERATED)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.grpc..", "com.google.protobuf..", GENERATED)
          .because("stubs, statuses and channels stay behind the port");

  // --- the port and what implements it

  @ArchTest
  static final ArchRule thePortKnowsNoKafka =
      noClasses()
          .that(resideInAPackage(API).and(not(nameMatching(".*\\.ChirpStacks(\\$.*)?"))))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.kafka..", CONFIG, CHANNEL, RECORD, ROOT + ".api.*..");

  @ArchTest
  static final ArchRule onlyTheFactoryOfThePortKnowsTheGenerations =
      noClasses()
          .that(not(resideInAnyPackage(V3, V4)).and(not(nameMatching(".*\\.ChirpStacks(\\$.*)?"))))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(V3, V4);

  @ArchTest
  static final ArchRule generationsDoNotKnowEachOther =
      slices().matching(ROOT + ".api.(v*)..").should().notDependOnEachOther();

  @ArchTest
  static final ArchRule onlyTheAdaptersKnowTheChannel =
      noClasses()
          .that()
          .resideOutsideOfPackages(CHANNEL, ROOT + ".api..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(CHANNEL);

  // --- records

  @ArchTest static final ArchRule theReadingOfJsonKnowsNobody = knowsOnly(ROOT + ".record.json..");

  @ArchTest
  static final ArchRule schemasKnowTheDatasetsAndTheReadingOfJson =
      knowsOnly(ROOT + ".record.schema..", FEED, ROOT + ".record.json..");

  // --- the source

  @ArchTest
  static final ArchRule theEnginesDoNotKnowEachOther =
      slices().matching(ROOT + ".source.(inventory|log|series)..").should().notDependOnEachOther();

  @ArchTest
  static final ArchRule queueAndOffsetsKnowNoEngine =
      noClasses()
          .that()
          .resideInAnyPackage(
              ROOT + ".source.handover..", ROOT + ".source.offset..", ROOT + ".source.listener..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              ROOT + ".source.inventory..", ROOT + ".source.log..", ROOT + ".source.series..");

  // --- the sink: each room knows those above it

  @ArchTest
  static final ArchRule sharesKnowNoOtherRoom =
      knowsNoRoomOfTheSink("share", "command", "outcome", "memory", "doubt", "gate", "dispatch");

  @ArchTest
  static final ArchRule commandsKnowNoOtherRoom =
      knowsNoRoomOfTheSink("command", "share", "outcome", "doubt", "gate", "dispatch");

  @ArchTest
  static final ArchRule outcomesKnowCommands =
      knowsNoRoomOfTheSink("outcome", "share", "doubt", "gate", "dispatch");

  @ArchTest
  static final ArchRule doubtKnowsCommandsAndOutcomes =
      knowsNoRoomOfTheSink("doubt", "gate", "dispatch");

  @ArchTest
  static final ArchRule gatesKnowCommandsAndOutcomes =
      knowsNoRoomOfTheSink("gate", "doubt", "dispatch");

  @ArchTest static final ArchRule dispatchDoesNotKnowTheTask = knowsNoRoomOfTheSink("dispatch");

  // --- and everywhere

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching(ROOT + ".(channel|record|source|sink)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule roomsHaveNoCycles =
      slices().matching(ROOT + ".(sink|channel|record).(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule connectorsAreWhatConnectLoads =
      classes()
          .that()
          .haveSimpleNameEndingWith("Connector")
          .should()
          .resideInAPackage(ROOT)
          .andShould()
          .bePublic();

  /** A thread that was made elsewhere would log lines that name no connector. */
  @ArchTest
  static final ArchRule threadsAreMadeInOnePlace =
      noClasses()
          .that()
          .resideOutsideOfPackages(CONTEXT, GENERATED)
          .should()
          .callConstructorWhere(JavaCall.Predicates.target(With.owner(assignableTo(Thread.class))));

  @ArchTest
  static final ArchRule nobodySleepsOrPrints =
      noClasses()
          .that()
          .resideOutsideOfPackage(GENERATED)
          .should()
          .callMethod(Thread.class, "sleep", long.class)
          .orShould()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err");

  /** Of our own packages; what the worker and libraries bring is not meant. */
  private static ArchRule knowsOnly(String who, String... whom) {
    String[] allowed = Stream.concat(Stream.of(who), Stream.of(whom)).toArray(String[]::new);
    return noClasses()
        .that()
        .resideInAPackage(who)
        .should()
        .dependOnClassesThat(resideInAPackage(ROOT + "..").and(not(resideInAnyPackage(allowed))));
  }

  private static ArchRule knowsNoRoomOfTheSink(String who, String... whom) {
    String[] forbidden =
        Stream.concat(
                Stream.of(ROOT + ".sink"),
                Stream.of(whom).map(room -> ROOT + ".sink." + room + ".."))
            .filter(room -> !room.equals(ROOT + ".sink." + who + ".."))
            .toArray(String[]::new);
    return noClasses()
        .that()
        .resideInAPackage(ROOT + ".sink." + who + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(forbidden);
  }
}
