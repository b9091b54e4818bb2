package io.github.chirpconnect;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.Absent;
import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Finding;
import io.github.chirpconnect.api.InventoryWalk;
import io.github.chirpconnect.api.Scope;
import io.github.chirpconnect.api.Subject;
import io.github.chirpconnect.config.ConnectionConfig;
import io.github.chirpconnect.config.KeyedConfigException;
import io.github.chirpconnect.config.SourceConfig;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Generation;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.config.Config;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ConnectionCheckTest {
  private static final Map<String, String> PROPERTIES =
      Map.of(ConnectionConfig.URL, "localhost:1", ConnectionConfig.TOKEN, "a.b.c");

  private static final Optional<ConnectionCheck.ReadScope> ALL =
      Optional.of(new ConnectionCheck.ReadScope(Scope.ALL, EnumSet.of(Feed.DEVICE_EVENTS)));

  private Map<String, String> properties = PROPERTIES;
  private Generation generation = Generation.V4;
  private final AtomicInteger closed = new AtomicInteger();
  private final AtomicInteger pages = new AtomicInteger();
  private CompletableFuture<Void> probe = CompletableFuture.completedFuture(null);
  private CompletableFuture<Void> probeWriting = CompletableFuture.completedFuture(null);
  private RuntimeException walkFails;
  private final List<Absent> absent = new ArrayList<>();
  private Optional<Finding> found = Optional.empty();

  @Test
  void findsNothingWrongWithAServerThatAnswersAndReadsOnePageOnly() {
    assertThat(check(ALL)).isEmpty();
    assertThat(pages).hasValue(1);
    assertThat(closed).hasValue(1);
  }

  @Test
  void asksNothingAboutTheInventoryForASink() {
    walkFails = new ApiException(FailureKind.NOT_PERMITTED, "not for this key");
    assertThat(check(Optional.empty())).isEmpty();
  }

  @Test
  void asksForASinkAloneWhetherTheKeyMayWrite() {
    probeWriting =
        CompletableFuture.failedFuture(new ApiException(FailureKind.READ_ONLY, "reads only"));
    assertThat(check(ALL)).isEmpty();
    assertThat(check(Optional.empty()))
        .containsOnlyKeys(ConnectionConfig.TOKEN)
        .hasEntrySatisfying(ConnectionConfig.TOKEN, e -> assertThat(e).contains("reads only"));
  }

  @ParameterizedTest
  @CsvSource({
    "TOKEN_REFUSED, TOKEN, auto, chirpstack.token",
    "READ_ONLY, TOKEN, auto, chirpstack.token",
    "WRONG_SERVER, SERVER, auto, chirpstack.url",
    "WRONG_SERVER, PROXY, auto, chirpstack.url",
    "WRONG_SERVER, SERVER_CERTIFICATE, auto, chirpstack.url",
    "WRONG_SERVER, CLIENT_CERTIFICATE, auto, chirpstack.ssl.keystore.location",
    "WRONG_SERVER, GENERATION, auto, chirpstack.url",
    "WRONG_SERVER, GENERATION, v4, chirpstack.api.version",
    "UNUSABLE_SERVER, FEED, auto, feeds",
    "TRANSIENT, PROXY, auto, chirpstack.url"
  })
  void saysWhatIsWrongOnTheKeyToChange(
      FailureKind kind, Subject.Type about, String version, String key) {
    properties = with(ConnectionConfig.API_VERSION, version);
    probe =
        CompletableFuture.failedFuture(new ApiException(kind, Subject.of(about), "because", null));
    assertThat(check(ALL))
        .containsOnlyKeys(key)
        .hasEntrySatisfying(key, e -> assertThat(e).contains("because").doesNotContain("a.b.c"));
    assertThat(closed).hasValue(1);
  }

  @Test
  void saysThatAKeyMayNotReadTheInventory() {
    walkFails = new ApiException(FailureKind.NOT_PERMITTED, "set chirpstack.tenant.ids");
    assertThat(check(ALL)).containsOnlyKeys(ConnectionConfig.TENANT_IDS);
  }

  /** Whatever the words are: application 1 is none of application 12. */
  @ParameterizedTest
  @CsvSource({
    "APPLICATION, 1, chirpstack.application.ids",
    "APPLICATION, 12, chirpstack.tenant.ids",
    "TENANT, 1, chirpstack.tenant.ids"
  })
  void putsWhatIsWrongWithANamedApplicationOnItsKey(Subject.Type type, String id, String key) {
    Scope scope = new Scope(List.of("52"), List.of("1"));
    walkFails =
        new ApiException(
            FailureKind.NOT_PERMITTED,
            new Subject(type, id),
            "application 1 or application 12: no such object",
            null);
    assertThat(
            check(
                Optional.of(new ConnectionCheck.ReadScope(scope, EnumSet.of(Feed.DEVICE_EVENTS)))))
        .containsOnlyKeys(key);
  }

  @Test
  void saysWhatIsCertainlyWrongAtAnAddressWhereNobodyAnswers() {
    probe = CompletableFuture.failedFuture(new ApiException(FailureKind.TRANSIENT, "away"));
    found = Optional.of(new Finding(true, "the port speaks TLS"));
    assertThat(check(ALL))
        .containsOnlyKeys(ConnectionConfig.URL)
        .hasEntrySatisfying(
            ConnectionConfig.URL,
            e -> assertThat(e).contains("speaks TLS").contains("validate.connection=false"));
    found = Optional.of(new Finding(false, "nothing listens there"));
    assertThat(check(ALL)).isEmpty();
  }

  @Test
  void namesAllThatIsNotThereBesideWhatIs() {
    Scope scope = new Scope(List.of("t1"), List.of("1", "12"));
    absent.add(new Absent(Subject.tenant("t1"), "tenant t1: no such object"));
    absent.add(new Absent(Subject.application("12"), "application 12: no such object"));
    assertThat(
            check(
                Optional.of(new ConnectionCheck.ReadScope(scope, EnumSet.of(Feed.DEVICE_EVENTS)))))
        .hasEntrySatisfying(
            ConnectionConfig.TENANT_IDS, e -> assertThat(e).contains("tenant t1: no such object"))
        .hasEntrySatisfying(
            ConnectionConfig.APPLICATION_IDS,
            e -> assertThat(e).contains("application 12: no such object"))
        .hasSize(2);
  }

  @ParameterizedTest
  @EnumSource(
      value = FailureKind.class,
      names = {"TRANSIENT", "IN_DOUBT", "BUSY"})
  void leavesAServerThatIsAwayToTheTask(FailureKind kind) {
    probe = CompletableFuture.failedFuture(new ApiException(kind, "away"));
    assertThat(check(ALL)).isEmpty();
  }

  @Test
  void saysThatStreamsCannotBeHadOfAV4OverRest() {
    properties =
        Map.of(ConnectionConfig.URL, "http://localhost:1", ConnectionConfig.TOKEN, "a.b.c");
    assertThat(check(ALL))
        .containsOnlyKeys(SourceConfig.FEEDS)
        .hasEntrySatisfying(
            SourceConfig.FEEDS,
            e ->
                assertThat(e)
                    .contains(
                        "ChirpStack v4's REST interface has no streams; use its gRPC port, or feeds of inventory and metrics alone (device-events)"));
    assertThat(
            check(Optional.of(new ConnectionCheck.ReadScope(Scope.ALL, EnumSet.of(Feed.DEVICES)))))
        .isEmpty();
    generation = Generation.V3;
    assertThat(check(ALL)).isEmpty();
  }

  @Test
  void saysThatAV3MeasuresNothing() {
    Optional<ConnectionCheck.ReadScope> metrics =
        Optional.of(
            new ConnectionCheck.ReadScope(
                Scope.ALL,
                EnumSet.of(Feed.DEVICE_METRICS, Feed.LINK_METRICS, Feed.GATEWAY_METRICS)));
    assertThat(check(metrics)).isEmpty();
    properties =
        Map.of(ConnectionConfig.URL, "http://localhost:1", ConnectionConfig.TOKEN, "a.b.c");
    assertThat(check(metrics)).as("metrics need no streams").isEmpty();
    generation = Generation.V3;
    assertThat(check(metrics))
        .containsOnlyKeys(SourceConfig.FEEDS)
        .hasEntrySatisfying(
            SourceConfig.FEEDS,
            e -> assertThat(e).contains("device-metrics").doesNotContain("link-metrics"));
  }

  @Test
  void putsTlsTroubleOnItsKey() {
    Config config = new Config(SourceConfig.DEF.validate(PROPERTIES));
    new ConnectionCheck(
            connection -> {
              throw new KeyedConfigException(
                  "chirpstack.ssl.truststore.location", "cannot be read");
            },
            connection -> CompletableFuture.completedFuture(Optional.empty()))
        .check(config, new SourceConfig(PROPERTIES).connection(), Optional.empty());
    assertThat(errors(config)).containsOnlyKeys("chirpstack.ssl.truststore.location");
  }

  private static Map<String, String> with(String key, String value) {
    Map<String, String> all = new TreeMap<>(PROPERTIES);
    all.put(key, value);
    return all;
  }

  private Map<String, String> check(Optional<ConnectionCheck.ReadScope> reading) {
    Config config = new Config(SourceConfig.DEF.validate(properties));
    new ConnectionCheck(
            connection -> server(), connection -> CompletableFuture.completedFuture(found))
        .check(config, new SourceConfig(properties).connection(), reading);
    return errors(config);
  }

  private ChirpStack server() {
    return (ChirpStack)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {ChirpStack.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "probe" -> probe;
                  case "probeWriting" -> probeWriting;
                  case "generation" -> generation;
                  case "close" -> {
                    closed.incrementAndGet();
                    yield null;
                  }
                  case "inventory" -> {
                    if (walkFails != null) {
                      throw walkFails;
                    }
                    InventoryWalk walk = (InventoryWalk) arguments[2];
                    absent.forEach(walk::absent);
                    while (true) {
                      pages.incrementAndGet();
                      walk.page(List.of());
                    }
                  }
                  default -> throw new AssertionError("asked for " + method);
                });
  }

  private static Map<String, String> errors(Config config) {
    Map<String, String> errors = new TreeMap<>();
    config.configValues().stream()
        .filter(value -> !value.errorMessages().isEmpty())
        .forEach(value -> errors.put(value.name(), value.errorMessages().toString()));
    return errors;
  }
}
