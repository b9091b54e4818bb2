package io.github.chirpconnect;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may know whom. A rule that gets in the way is changed here, in the open, or not at all. */
@AnalyzeClasses(packages = "io.github.chirpconnect", importOptions = DoNotIncludeTests.class)
class HouseRulesTest {
  private static final String ROOT = "io.github.chirpconnect";
  private static final String CONFIG = ROOT + ".config..";
  private static final String CHANNEL = ROOT + ".channel..";
  private static final String API = ROOT + ".api";
  private static final String GENERATIONS = ROOT + ".api.(v*)..";
  private static final String RECORD = ROOT + ".record..";
  private static final String METRICS = ROOT + ".metrics..";
  private static final String SOURCE = ROOT + ".source..";
  private static final String SINK = ROOT + ".sink..";
  private static final String GENERATED = ROOT + ".proto..";
  private static final String V3 = ROOT + ".api.v3..";
  private static final String V4 = ROOT + ".api.v4..";
  private static final String DETECT = ROOT + ".api.detect..";

  @ArchTest
  static final ArchRule onlyTheAdaptersKnowTheWire =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              CHANNEL, V3, V4, ROOT + ".api.grpc..", ROOT + ".api.inventory..", DETECT, GENERATED)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.grpc..", "com.google.protobuf..", GENERATED)
          .because("stubs, statuses and channels stay behind the port");

  @ArchTest
  static final ArchRule onlyTheFactoryOfThePortKnowsItsImplementations =
      noClasses()
          .that()
          .resideOutsideOfPackages(V3, V4)
          .and()
          .doNotHaveFullyQualifiedName(API + ".ChirpStacks")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(V3, V4);

  @ArchTest
  static final ArchRule generationsDoNotKnowEachOther =
      slices().matching(GENERATIONS).should().notDependOnEachOther();

  @ArchTest
  static final ArchRule theChannelKnowsTheConfigurationAlone =
      noClasses()
          .that()
          .resideInAPackage(CHANNEL)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(API + "..", RECORD, SOURCE, SINK, GENERATED);

  @ArchTest
  static final ArchRule theConfigurationKnowsNobody =
      noClasses()
          .that()
          .resideInAPackage(CONFIG)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(API + "..", CHANNEL, RECORD, SOURCE, SINK);

  @ArchTest
  static final ArchRule thePortKnowsNoKafka =
      noClasses()
          .that()
          .resideInAPackage(API)
          .and()
          .doNotHaveFullyQualifiedName(API + ".ChirpStacks")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.kafka..", CONFIG, CHANNEL, RECORD);

  @ArchTest
  static final ArchRule recordsKnowThePortAndConnectsSchemas =
      noClasses()
          .that()
          .resideInAPackage(RECORD)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(CHANNEL, SOURCE, SINK);

  @ArchTest
  static final ArchRule theReadingOfJsonKnowsNobody =
      noClasses()
          .that()
          .resideInAPackage(ROOT + ".record.json..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              ROOT + ".record", ROOT + ".record.schema..", API + "..", ROOT + ".feed..", CONFIG);

  @ArchTest
  static final ArchRule schemasKnowTheDatasetsAndTheReadingOfJson =
      noClasses()
          .that()
          .resideInAPackage(ROOT + ".record.schema..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ROOT + ".record", API + "..", CONFIG);

  @ArchTest
  static final ArchRule sourceAndSinkDoNotKnowEachOther =
      noClasses()
          .that()
          .resideInAPackage(SOURCE)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(SINK);

  @ArchTest
  static final ArchRule sinkAndSourceDoNotKnowEachOther =
      noClasses()
          .that()
          .resideInAPackage(SINK)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(SOURCE);

  @ArchTest
  static final ArchRule nobodyButTheConnectorsKnowsTheTasks =
      noClasses()
          .that()
          .resideOutsideOfPackages(SOURCE, SINK, ROOT)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(SOURCE, SINK);

  @ArchTest
  static final ArchRule nobodyChannelsButTheAdapters =
      noClasses()
          .that()
          .resideOutsideOfPackages(CHANNEL, ROOT + ".api..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(CHANNEL);

  @ArchTest
  static final ArchRule metricsKnowNobody =
      noClasses()
          .that()
          .resideInAPackage(METRICS)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(API + "..", CONFIG, CHANNEL, RECORD, SOURCE, SINK);

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching(ROOT + ".(channel|record|source|sink)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule connectorsAreWhatConnectLoads =
      classes()
          .that()
          .haveSimpleNameEndingWith("Connector")
          .should()
          .resideInAPackage(ROOT)
          .andShould()
          .bePublic();

  /** A line of a thread that nobody told whose it is could be any connector's. */
  @ArchTest
  static final ArchRule threadsAreMadeInOnePlace =
      noClasses()
          .that()
          .resideOutsideOfPackages(ROOT + ".context..", GENERATED)
          .should()
          .callConstructorWhere(
              com.tngtech.archunit.core.domain.JavaCall.Predicates.target(
                  com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner(
                      com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo(
                          Thread.class))));

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
}
