package io.github.chirpconnect.api;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The generations share names and are not wire compatible: what belongs to one stays with it. */
@AnalyzeClasses(
    packages = "io.github.chirpconnect",
    importOptions = ImportOption.DoNotIncludeTests.class)
class GenerationsApartTest {
  private static final String API = "io.github.chirpconnect.api";
  private static final String PROTO = "io.github.chirpconnect.proto";

  @ArchTest
  static final ArchRule V4_KNOWS_NOTHING_OF_V3 =
      noClasses()
          .that()
          .resideInAPackage(API + ".v4..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(API + ".v3..", PROTO + ".v3..");

  @ArchTest
  static final ArchRule V3_KNOWS_NOTHING_OF_V4 =
      noClasses()
          .that()
          .resideInAPackage(API + ".v3..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(API + ".v4..", PROTO + ".v4..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule WHAT_THEY_SHARE_KNOWS_NEITHER =
      noClasses()
          .that()
          .resideInAnyPackage(API + ".grpc..", API + ".inventory..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(API + ".v3..", API + ".v4..", PROTO + "..");

  @ArchTest
  static final ArchRule WHAT_THEY_SHARE_IS_INTERNAL_TO_THE_API =
      classes()
          .that()
          .resideInAnyPackage(API + ".grpc..", API + ".inventory..")
          .should()
          .onlyBeAccessed()
          .byAnyPackage(API + "..");
}
