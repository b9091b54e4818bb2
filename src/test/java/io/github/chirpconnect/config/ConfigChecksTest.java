package io.github.chirpconnect.config;

import static io.github.chirpconnect.config.Validated.TOKEN;
import static io.github.chirpconnect.config.Validated.properties;
import static io.github.chirpconnect.config.Validated.sink;
import static io.github.chirpconnect.config.Validated.source;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.channel.CapturedLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.types.Password;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigChecksTest {

  @Test
  void acceptsTheSmallestConfigurations() {
    assertThat(source(Map.of())).isEmpty();
    assertThat(sink(Map.of())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "measurements.include | temp(erature    | ",
        "measurements.include | [a-z]*          | '[a-z]*' has brackets without an index",
        "measurements.include | a,,b            | has an empty pattern",
        "measurements.include | @rssi           | switched on by measurements.radio",
        "measurements.include | ``              | name at least one pattern",
        "measurements.exclude | ``              | ",
        "measurements.exclude | @snr,debug.*    | ",
        "measurements.exclude | a@b             | has an '@' amid it",
        "measurements.exclude | x%y             | has a '%' that stands for nothing",
        "measurements.max     | 0               | Value must be at least 1",
        "measurements.radio   | maybe           | Expected value to be either true or false",
      })
  void patternsOfMeasurementsAreCheckedOnTheirKeys(String key, String value, String reason) {
    Map<String, String> errors = source(Map.of("feeds", "measurements", key, value));
    if (reason == null) {
      assertThat(errors).isEmpty();
    } else {
      assertThat(errors).containsOnlyKeys(key);
      assertThat(errors.get(key)).contains(reason);
    }
  }

  @Test
  void whatIsDerivedNeedsWhatItIsDerivedFrom() {
    Map<String, String> given = new HashMap<>();
    given.put("feeds", "measurements");
    given.put("chirpstack.api.version", "v4");
    given.put("chirpstack.url", "http://localhost:8090");
    assertThat(source(given).get("feeds")).contains("has no streams", "(measurements)");
    given.put("chirpstack.api.version", "v3");
    assertThat(source(given)).isEmpty();
    given.put("device.streams.max", "9");
    assertThat(source(given)).containsOnlyKeys("device.streams.max");
  }

  @Test
  void missesTheTokenOnItsKey() {
    assertThat(source(without(ConnectionConfig.TOKEN)))
        .containsOnlyKeys(ConnectionConfig.TOKEN)
        .hasEntrySatisfying(
            ConnectionConfig.TOKEN, e -> assertThat(e).contains(ConnectionConfig.TOKEN_FILE));
  }

  @BeforeEach
  void permitTokenFiles() {
    System.setProperty(TokenFiles.DIRECTORIES, System.getProperty("java.io.tmpdir"));
  }

  @AfterEach
  void permitNone() {
    System.clearProperty(TokenFiles.DIRECTORIES);
  }

  @Test
  void saysHowAWorkerPermitsTokenFiles(@TempDir Path dir) throws IOException {
    System.clearProperty(TokenFiles.DIRECTORIES);
    Map<String, String> given = new HashMap<>(without(ConnectionConfig.TOKEN));
    given.put(
        ConnectionConfig.TOKEN_FILE, Files.writeString(dir.resolve("token"), TOKEN).toString());
    assertThat(source(given))
        .containsOnlyKeys(ConnectionConfig.TOKEN_FILE)
        .hasEntrySatisfying(
            ConnectionConfig.TOKEN_FILE,
            e -> assertThat(e).contains("-D" + TokenFiles.DIRECTORIES + "=" + dir));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"aud\":\"chirpstack\",\"typ\":\"user\",\"sub\":\"x\",\"exp\":1900000000} | 2030-03-17",
        "{\"aud\":\"as\",\"iss\":\"as\",\"sub\":\"user\",\"username\":\"admin\",\"exp\":1900000000} | 2030-03-17",
        "{\"typ\":\"user\"} | API key",
        "{\"typ\":\"user\",\"exp\":9223372036854775807} | one day",
      })
  void refusesALoginTokenWhichExpires(String claims, String expected) {
    assertThat(source(Map.of(ConnectionConfig.TOKEN, jwt(claims))))
        .containsOnlyKeys(ConnectionConfig.TOKEN)
        .hasEntrySatisfying(
            ConnectionConfig.TOKEN,
            e -> assertThat(e).contains("login token").contains(expected).contains("API key"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"aud\":\"chirpstack\",\"iss\":\"chirpstack\",\"sub\":\"1\",\"typ\":\"key\"}",
        "{\"aud\":\"as\",\"iss\":\"as\",\"nbf\":1,\"sub\":\"api_key\",\"api_key_id\":\"1\"}",
        "no json at all",
        "[1]"
      })
  void takesAnApiKeyAndWhatItDoesNotUnderstand(String claims) {
    assertThat(source(Map.of(ConnectionConfig.TOKEN, jwt(claims)))).isEmpty();
  }

  private static String jwt(String claims) {
    return "aGVhZGVy."
        + Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(claims.getBytes(StandardCharsets.UTF_8))
        + ".c2lnbmF0dXJl";
  }

  @ParameterizedTest
  @CsvSource({
    "chirpstack.token, ''",
    "chirpstack.token, ' '",
    "chirpstack.request.timeout.ms, soon",
    "max.in.flight, 0",
    "tombstone, delete",
  })
  void saysOneThingOfAKey(String key, String value) {
    assertThat(sink(Map.of(key, value)))
        .containsOnlyKeys(key)
        .hasEntrySatisfying(key, e -> assertThat(e.split(", (Invalid|is|must)")).hasSize(1));
  }

  @ParameterizedTest
  @CsvSource({
    "outcome.producer.acks, 7",
    "outcome.producer.linger.ms, soon",
    "outcome.producer.compression.type, arj",
    "outcome.producer.security.protocol, NONE",
    "outcome.consumer.fetch.max.bytes, much",
    "outcome.consumer.security.protocol, NONE",
    "outcome.consumer.client.dns.lookup, never",
  })
  void refusesASettingOfOutcomesThatKafkaRefuses(String key, String value) {
    assertThat(
            sink(
                Map.of(
                    OutcomeConfig.TOPIC,
                    "outcomes",
                    OutcomeConfig.BOOTSTRAP,
                    "localhost:9092",
                    key,
                    value)))
        .containsOnlyKeys(key);
  }

  @ParameterizedTest
  @ValueSource(strings = {OutcomeConfig.PRODUCER_PREFIX, OutcomeConfig.CONSUMER_PREFIX})
  void saysWhereTheBrokersOfOutcomesBelong(String prefix) {
    String key = prefix + "bootstrap.servers";
    assertThat(
            sink(
                Map.of(
                    OutcomeConfig.TOPIC,
                    "outcomes",
                    OutcomeConfig.BOOTSTRAP,
                    "localhost:9092",
                    key,
                    "localhost:9092")))
        .containsOnlyKeys(key)
        .hasEntrySatisfying(
            key, message -> assertThat(message).contains("outcome.bootstrap.servers"));
    assertThat(sink(Map.of(OutcomeConfig.TOPIC, "outcomes", key, "localhost:9092")))
        .containsOnlyKeys(key, OutcomeConfig.BOOTSTRAP);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "org.example.NoConverter                     | full name of a converter's class",
        "java.lang.String                            | is no converter",
        "org.apache.kafka.connect.storage.Converter  | full name of a converter's class",
        "org.apache.kafka.connect.json.JsonConverter | schemas.cache.size",
      })
  void refusesAConverterOfOutcomesThatCantBeMade(String converter, String reason) {
    Map<String, String> given = new HashMap<>();
    given.put(OutcomeConfig.TOPIC, "outcomes");
    given.put(OutcomeConfig.BOOTSTRAP, "localhost:9092");
    given.put(OutcomeConfig.CONVERTER, converter);
    given.put(OutcomeConfig.CONVERTER_PREFIX + "schemas.cache.size", "many");
    assertThat(sink(given))
        .containsOnlyKeys(OutcomeConfig.CONVERTER)
        .hasEntrySatisfying(OutcomeConfig.CONVERTER, e -> assertThat(e).contains(reason));
    given.put(OutcomeConfig.CONVERTER, "org.apache.kafka.connect.json.JsonConverter");
    given.put(OutcomeConfig.CONVERTER_PREFIX + "schemas.cache.size", "10");
    assertThat(sink(given)).isEmpty();
  }

  @Test
  void aConverterOfOutcomesNeedsTheirTopic() {
    assertThat(sink(Map.of(OutcomeConfig.CONVERTER, "org.apache.kafka.connect.json.JsonConverter")))
        .containsOnlyKeys(OutcomeConfig.TOPIC);
  }

  @Test
  void refusesTwoTokens(@TempDir Path dir) throws IOException {
    Path file = Files.writeString(dir.resolve("token"), TOKEN);
    assertThat(source(Map.of(ConnectionConfig.TOKEN_FILE, file.toString())))
        .containsOnlyKeys(ConnectionConfig.TOKEN_FILE);
  }

  @Test
  void readsTheTokenFileAndNeverShowsIt(@TempDir Path dir) throws IOException {
    Path file = Files.writeString(dir.resolve("token"), "Bearer secret words\n");
    Map<String, String> given = new HashMap<>(without(ConnectionConfig.TOKEN));
    given.put(ConnectionConfig.TOKEN_FILE, file.toString());
    assertThat(source(given))
        .containsOnlyKeys(ConnectionConfig.TOKEN_FILE)
        .hasEntrySatisfying(
            ConnectionConfig.TOKEN_FILE,
            e -> assertThat(e).contains("Bearer").doesNotContain("secret"));
    Files.writeString(file, TOKEN + "\n");
    assertThat(source(given)).isEmpty();
    Files.writeString(file, jwt("{\"exp\":1795609332,\"typ\":\"user\",\"sub\":\"1\"}"));
    assertThat(source(given))
        .containsOnlyKeys(ConnectionConfig.TOKEN_FILE)
        .hasEntrySatisfying(
            ConnectionConfig.TOKEN_FILE, e -> assertThat(e).contains("login token"));
    Files.delete(file);
    assertThat(source(given)).containsOnlyKeys(ConnectionConfig.TOKEN_FILE);
  }

  @Test
  void neverShowsAMalformedToken() {
    assertThat(source(Map.of(ConnectionConfig.TOKEN, "Bearer " + TOKEN)))
        .containsOnlyKeys(ConnectionConfig.TOKEN)
        .hasEntrySatisfying(
            ConnectionConfig.TOKEN,
            e -> assertThat(e).contains("without 'Bearer '").doesNotContain(TOKEN));
  }

  @Test
  void saysTlsKeysWithoutTlsOnTheUrl() {
    Map<String, String> tls = Map.of("chirpstack.ssl.truststore.location", "/etc/ssl/ca.pem");
    assertThat(source(tls))
        .containsOnlyKeys(ConnectionConfig.URL)
        .hasEntrySatisfying(ConnectionConfig.URL, e -> assertThat(e).contains("grpcs://"));
    Map<String, String> both = new HashMap<>(tls);
    both.put(ConnectionConfig.URL, "grpcs://lns:443");
    assertThat(source(both)).isEmpty();
    both.put(ConnectionConfig.URL, "http://lns");
    assertThat(source(both))
        .containsOnlyKeys(ConnectionConfig.URL)
        .hasEntrySatisfying(ConnectionConfig.URL, e -> assertThat(e).contains("https://"));
  }

  @Test
  void refusesAnotherAuthorityOverRest() {
    Map<String, String> given =
        new HashMap<>(Map.of(ConnectionConfig.AUTHORITY, "lns.example.com"));
    given.put(ConnectionConfig.URL, "https://10.0.0.1");
    assertThat(source(given))
        .containsOnlyKeys(ConnectionConfig.AUTHORITY)
        .hasEntrySatisfying(
            ConnectionConfig.AUTHORITY, e -> assertThat(e).contains(ConnectionConfig.URL));
    given.put(ConnectionConfig.URL, "grpcs://10.0.0.1");
    assertThat(source(given)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "chirpstack.url | mqtt://host",
        "chirpstack.api.version | v5",
        "chirpstack.tenant.ids | 0",
        "chirpstack.application.ids | meters",
        "chirpstack.keepalive.time.ms | 1",
        "chirpstack.request.timeout.ms | -5",
        "chirpstack.max.streams.per.connection | 0",
        "feeds | devices,events",
        "feeds | devices,devices",
        "topic.prefix | Chirp_Stack",
        "device.streams.max | 0",
        "device.frame.streams.max | 0",
        "inventory.delete.max.share | 2",
        "queue.max.bytes | 1",
        "poll.linger.ms | 1000"
      })
  void namesTheFirstBadKeyAndWhatToWrite(String key, String value) {
    Map<String, String> errors = source(Map.of(key, value));
    assertThat(errors).containsKey(key);
    assertThat(errors.get(key)).contains(key).contains(value.split(",")[0]);
  }

  @ParameterizedTest
  @ValueSource(strings = {ConnectionConfig.TENANT_IDS, ConnectionConfig.APPLICATION_IDS})
  void takesIdsOfEitherGenerationWhereItIsNotKnownAndOfItsOwnWhereItIs(String key) {
    String uuid = "52f14cd4-c6f1-4fbd-8f87-4025e1d49242";
    assertThat(source(Map.of(key, "12," + uuid))).isEmpty();
    assertThat(source(Map.of(key, "12,7", ConnectionConfig.API_VERSION, "v3"))).isEmpty();
    assertThat(source(Map.of(key, uuid, ConnectionConfig.API_VERSION, "v4"))).isEmpty();
    assertThat(source(Map.of(key, "12," + uuid, ConnectionConfig.API_VERSION, "v3")))
        .containsOnlyKeys(key)
        .hasEntrySatisfying(key, e -> assertThat(e).contains(uuid).contains("write numbers"));
    assertThat(source(Map.of(key, uuid + ",12", ConnectionConfig.API_VERSION, "v4")))
        .containsOnlyKeys(key)
        .hasEntrySatisfying(key, e -> assertThat(e).contains("'12'").contains("write UUIDs"));
  }

  @Test
  void eachStreamFeedNeedsAStreamWhereTheyShare() {
    Map<String, String> given = new HashMap<>();
    given.put(SourceConfig.FEEDS, "device-events,device-frames");
    given.put("tasks.max", "4");
    given.put(SourceConfig.DEVICE_STREAMS_MAX, "1");
    assertThat(source(given))
        .containsOnlyKeys(SourceConfig.DEVICE_STREAMS_MAX)
        .hasEntrySatisfying(SourceConfig.DEVICE_STREAMS_MAX, e -> assertThat(e).contains("2"));
    given.put(ConnectionConfig.API_VERSION, "v3");
    assertThat(source(given)).as("events and frames are counted apart").isEmpty();
  }

  /** Streams hold the Redis connections that a v3 server needs for all of its devices. */
  @ParameterizedTest
  @CsvSource({
    "device.streams.max, 8, , true",
    "device.streams.max, 9, , false",
    "device.streams.max, 9, 18, true",
    "device.streams.max, 10, 18, false",
    "device.streams.max, 8, 10, false",
    "device.frame.streams.max, 4, , true",
    "device.frame.streams.max, 5, , false",
    "device.frame.streams.max, 20, 40, true",
    "device.frame.streams.max, 21, 40, false"
  })
  void onV3StreamsLeaveHalfOfTheSmallestPool(
      String key, String streams, String pool, boolean fine) {
    Map<String, String> given = new HashMap<>();
    given.put(SourceConfig.FEEDS, "device-events,device-frames");
    given.put(key, streams);
    if (pool != null) {
      given.put(SourceConfig.REDIS_POOL_SIZE, pool);
    }
    assertThat(source(given)).as("it may be a v4").isEmpty();
    given.put(ConnectionConfig.API_VERSION, "v4");
    assertThat(source(given)).isEmpty();
    given.put(ConnectionConfig.API_VERSION, "v3");
    if (fine) {
      assertThat(source(given)).isEmpty();
    } else {
      assertThat(source(given))
          .containsOnlyKeys(key)
          .hasEntrySatisfying(
              key, e -> assertThat(e).contains(SourceConfig.REDIS_POOL_SIZE, "redis.pool_size"));
    }
    given.put(SourceConfig.FEEDS, "devices");
    assertThat(source(given)).as("it opens none").isEmpty();
  }

  @Test
  void wantsAQueueThatHoldsABatch() {
    assertThat(source(Map.of(SourceConfig.QUEUE_MAX_RECORDS, "100")))
        .containsOnlyKeys(SourceConfig.QUEUE_MAX_RECORDS);
  }

  @Test
  void tiesOutcomeTopicAndBrokersTogether() {
    assertThat(sink(Map.of(OutcomeConfig.TOPIC, "o"))).containsOnlyKeys(OutcomeConfig.BOOTSTRAP);
    assertThat(sink(Map.of(OutcomeConfig.BOOTSTRAP, "kafka:9092")))
        .containsOnlyKeys(OutcomeConfig.TOPIC);
    assertThat(sink(Map.of(OutcomeConfig.BOOTSTRAP, "kafka", OutcomeConfig.TOPIC, "o")))
        .containsOnlyKeys(OutcomeConfig.BOOTSTRAP);
  }

  @Test
  void refusesAnOutcomeTopicThatItWouldRead() {
    assertThat(sink(Map.of(OutcomeConfig.BOOTSTRAP, "kafka:9092", OutcomeConfig.TOPIC, "commands")))
        .containsOnlyKeys(OutcomeConfig.TOPIC);
    Map<String, String> byRegex = new HashMap<>(without("topics"));
    byRegex.putAll(
        Map.of(
            OutcomeConfig.BOOTSTRAP,
            "kafka:9092",
            OutcomeConfig.TOPIC,
            "c.out",
            "topics.regex",
            "c\\..*"));
    assertThat(sink(byRegex)).containsOnlyKeys(OutcomeConfig.TOPIC);
  }

  @Test
  void wantsADeadLetterQueueThatIsWritten() {
    assertThat(sink(Map.of("errors.deadletterqueue.topic.name", "dlq")))
        .containsOnlyKeys(SinkConfig.ERRORS_TOLERANCE);
    assertThat(sink(Map.of("errors.deadletterqueue.topic.name", "dlq", "errors.tolerance", "all")))
        .isEmpty();
  }

  /** Values that people write and that mean nothing: each is refused with what to write instead. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "chirpstack.url | https://user:pw@lns:443 | the API key goes into chirpstack.token",
        "chirpstack.url | user@lns:8080 | the API key goes into chirpstack.token",
        "chirpstack.url | lns-1:8080,lns-2:8080 | write one address",
        "chirpstack.url | grpc:lns:8080 | the scheme ends with ://",
        "chirpstack.url | https:/lns | the scheme ends with ://",
        "chirpstack.url | bücher.example:8080 | xn--",
        "chirpstack.url | lns..example:8080 | is no server address",
        "chirpstack.url | ${file:/etc/chirpstack:url} | config.providers",
        "chirpstack.token | ${file:/etc/chirpstack:token} | config.providers",
        "chirpstack.token | ${env:TOKEN} | config.providers",
        "chirpstack.token | Authorization: Bearer a.b.c | without 'Bearer '",
        "chirpstack.token | Bearer: a.b.c | without 'Bearer '",
        "chirpstack.token | 'a.b.c' | without quotes",
        "chirpstack.token | \"a.b.c\" | without quotes",
        "chirpstack.authority | https://lns.example.com | without a scheme",
        "chirpstack.authority | lns.example.com/ | without a scheme",
        "chirpstack.authority | lns example | write a host name",
        "chirpstack.ssl.endpoint.identification.algorithm | http | write https, or leave it empty",
        "chirpstack.ssl.endpoint.identification.algorithm | none | write https, or leave it empty",
        "chirpstack.tenant.ids | 1,2, | has a comma with nothing before or after it",
        "chirpstack.request.timeout.ms | 10s | write milliseconds as a whole number without a unit",
        "inventory.interval.ms | PT1M | write milliseconds as a whole number without a unit",
        "inventory.interval.ms | 60_000 | write milliseconds as a whole number without a unit",
        "inventory.delete.max.share | 0,2 | with a dot and without a unit",
        "inventory.delete.max.share | 20% | with a dot and without a unit",
        "inventory.delete.max.share | NaN | write a share from 0 to 1",
        "inventory.delete.max.share | 20 | write a share from 0 to 1",
        "record.max.bytes | 900KB | write a whole number without a unit",
        "feeds | devices, | has a comma with nothing before or after it",
        "metrics.aggregation | hour,,day | has a comma with nothing before or after it",
      })
  void saysWhatToWriteInPlaceOfWhatPeopleWrite(String key, String value, String reason) {
    Map<String, String> errors = source(Map.of(key, value));

    assertThat(errors).containsOnlyKeys(key);
    assertThat(errors.get(key)).contains(reason).doesNotContain("pw@", "a.b.c");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kafka:99999 | is no broker",
        "kafka:9092, | has a comma with nothing before or after it",
        "kafka:9092 kafka-2:9092 | is no broker",
      })
  void theBrokersOfOutcomesAreNamedWithTheirPorts(String brokers, String reason) {
    assertThat(
            sink(Map.of(OutcomeConfig.TOPIC, "out", OutcomeConfig.BOOTSTRAP, brokers))
                .get(OutcomeConfig.BOOTSTRAP))
        .contains(reason);
  }

  @Test
  void whiteSpaceAroundAValueMeansNothing() {
    assertThat(
            sink(Map.of("errors.deadletterqueue.topic.name", " dlq ", "errors.tolerance", " all")))
        .isEmpty();
    assertThat(source(Map.of("chirpstack.api.version", " v3 ", "device.streams.max", "9")))
        .containsOnlyKeys("device.streams.max");
  }

  /** As they are in JSON that was escaped twice, and in variables of an environment. */
  @Test
  void takesPemWithEscapedLineEnds() {
    String pem = "-----BEGIN CERTIFICATE-----\nAQID\n-----END CERTIFICATE-----\n";
    SinkConfig config =
        new SinkConfig(
            properties(Map.of("chirpstack.ssl.truststore.certificates", pem.replace("\n", "\\n"))));

    assertThat(config.connection().ssl().get("ssl.truststore.certificates"))
        .isEqualTo(new Password(pem.trim()));
    assertThat(sink(Map.of("chirpstack.ssl.endpoint.identification.algorithm", "HTTPS")).keySet())
        .isEmpty();
  }

  /** Its records are no outcomes, and of those that Kafka compacts away nothing is left. */
  @Test
  void outcomesAndDeadLettersAreApart() {
    Map<String, String> given = new HashMap<>();
    given.put(OutcomeConfig.TOPIC, "results");
    given.put(OutcomeConfig.BOOTSTRAP, "kafka:9092");
    given.put("errors.deadletterqueue.topic.name", "results");
    given.put("errors.tolerance", "all");

    assertThat(sink(given)).containsOnlyKeys(OutcomeConfig.TOPIC);
  }

  /** Some editors write it before the text. */
  @Test
  void takesAnApiKeyFileWithAByteOrderMark(@TempDir Path dir) throws IOException {
    Map<String, String> given = new HashMap<>(without(ConnectionConfig.TOKEN));
    given.put(
        ConnectionConfig.TOKEN_FILE,
        Files.writeString(dir.resolve("token"), "\ufeff" + TOKEN + "\r\n").toString());

    assertThat(source(given)).isEmpty();
  }

  @Test
  void wantsARetryThatOutlastsOneAttempt() {
    assertThat(sink(Map.of(SinkConfig.RETRY_TIMEOUT, "5000")))
        .containsOnlyKeys(SinkConfig.RETRY_TIMEOUT);
  }

  /** They are nothing to it, whatever they say. */
  @Test
  void theSinkHasNoKeysOfWhatIsRead() {
    assertThat(SinkConfig.DEF.names())
        .doesNotContain(
            ConnectionConfig.TENANT_IDS,
            ConnectionConfig.APPLICATION_IDS,
            ConnectionConfig.MAX_STREAMS_PER_CONNECTION,
            ConnectionConfig.REST_STREAM_IDLE);
    Map<String, String> given =
        properties(
            Map.of(
                ConnectionConfig.TENANT_IDS,
                "?",
                ConnectionConfig.MAX_STREAMS_PER_CONNECTION,
                "?"));

    assertThat(sink(given)).isEmpty();
    assertThat(new SinkConfig(given).connection().maxStreamsPerConnection()).isEqualTo(100);
  }

  @Test
  void everyKeyHasAValidator() {
    List<String> unchecked = new ArrayList<>();
    for (ConfigDef def : List.of(SourceConfig.DEF, SinkConfig.DEF)) {
      def.configKeys().values().stream()
          .filter(
              key ->
                  !key.name.startsWith(
                      ConnectionConfig.SSL_PREFIX + "ssl.")) // Kafka's own, checked by loading them
          .filter(key -> key.validator == null && key.type != ConfigDef.Type.BOOLEAN)
          .forEach(key -> unchecked.add(key.name));
    }
    assertThat(unchecked).isEmpty();
  }

  @Test
  void warnsOfKeysInTheRecordsAndTakesThem() {
    for (String value : List.of("true", "TRUE", "false")) {
      try (CapturedLog log = new CapturedLog(Level.WARN)) {
        assertThat(source(Map.of("include.secrets", value))).isEmpty();
        assertThat(log.lines().stream().filter(line -> line.contains("include.secrets")))
            .hasSize(value.equals("false") ? 0 : 1)
            .allMatch(line -> line.contains("app_s_key") && line.contains("decrypt"));
      }
    }
    assertThat(source(Map.of("include.secrets", "perhaps"))).containsKey("include.secrets");
  }

  private static Map<String, String> without(String key) {
    return java.util.Collections.singletonMap(key, null);
  }
}
