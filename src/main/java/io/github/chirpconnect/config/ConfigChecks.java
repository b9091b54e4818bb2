package io.github.chirpconnect.config;

import io.github.chirpconnect.feed.ApiTransport;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Generation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigValue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks values of several keys against each other. Each finding is an error on the key that has to
 * change. Keys that are invalid by themselves are left to their validators.
 */
public final class ConfigChecks {
  private static final Logger LOG = LoggerFactory.getLogger(ConfigChecks.class);

  private static final List<String> TLS_MATERIAL =
      List.of(
          "ssl.truststore.location",
          "ssl.truststore.certificates",
          "ssl.keystore.location",
          "ssl.keystore.key",
          "ssl.keystore.certificate.chain");

  private final Map<String, ConfigValue> values = new TreeMap<>();
  private final Map<String, String> given;

  private ConfigChecks(Config config, Map<String, String> given) {
    config
        .configValues()
        .forEach(
            value -> {
              onlyTheFirst(value.errorMessages());
              values.put(value.name(), value);
            });
    this.given = given;
  }

  /**
   * Adds errors to the configuration's values.
   *
   * @param config values already checked one by one
   * @param given all properties of the connector, Connect's own included
   */
  public static void checkSource(Config config, Map<String, String> given) {
    ConfigChecks checks = new ConfigChecks(config, given);
    checks.connection();
    checks.source();
    checks.addNewValues(config);
  }

  /** As {@link #checkSource}, for the sink. */
  public static void checkSink(Config config, Map<String, String> given) {
    ConfigChecks checks = new ConfigChecks(config, given);
    checks.connection();
    checks.sink();
    checks.addNewValues(config);
  }

  /** Whether there are no errors so far. */
  public static boolean valid(Config config) {
    return config.configValues().stream().allMatch(value -> value.errorMessages().isEmpty());
  }

  /** Adds an error to the value of a key, which need not be one of the connector's own. */
  public static void error(Config config, String key, String message) {
    config.configValues().stream()
        .filter(value -> value.name().equals(key))
        .findFirst()
        .ifPresentOrElse(
            value -> value.addErrorMessage(message),
            () ->
                config
                    .configValues()
                    .add(
                        new ConfigValue(
                            key, null, new ArrayList<>(), new ArrayList<>(List.of(message)))));
  }

  private void connection() {
    boolean token = isGiven(ConnectionConfig.TOKEN);
    boolean file = isGiven(ConnectionConfig.TOKEN_FILE);
    if (!token && !file) {
      error(
          ConnectionConfig.TOKEN,
          "is missing; set it to an API key, or set "
              + ConnectionConfig.TOKEN_FILE
              + " to a file that holds one");
    }
    if (token && file) {
      error(
          ConnectionConfig.TOKEN_FILE,
          "can't be used together with " + ConnectionConfig.TOKEN + "; remove one of them");
    }
    if (file && !token) {
      tokenFile(given.get(ConnectionConfig.TOKEN_FILE));
    }
    if (token && !file && fine(ConnectionConfig.TOKEN)) {
      Tokens.passing(given.get(ConnectionConfig.TOKEN).strip())
          .ifPresent(why -> error(ConnectionConfig.TOKEN, why));
    }
    if (fine(ConnectionConfig.URL) && isGiven(ConnectionConfig.URL)) {
      endpoint(Endpoint.parse(given.get(ConnectionConfig.URL)));
    }
    long timeout = number(ConnectionConfig.KEEP_ALIVE_TIMEOUT, 0);
    if (fine(ConnectionConfig.KEEP_ALIVE_TIME)
        && timeout > number(ConnectionConfig.KEEP_ALIVE_TIME, Long.MAX_VALUE)) {
      error(
          ConnectionConfig.KEEP_ALIVE_TIMEOUT,
          "must not be longer than " + ConnectionConfig.KEEP_ALIVE_TIME);
    }
  }

  /** The form of ids depends on the generation, so it is checked only if that is configured. */
  private void ids(String key) {
    if (!isGiven(key) || !fine(key)) {
      return;
    }
    String version = given.get(ConnectionConfig.API_VERSION);
    if ("v3".equals(version)) {
      list(key).stream()
          .filter(id -> !Validators.isNumber(id))
          .findFirst()
          .ifPresent(id -> error(key, "'" + id + "' is no id of ChirpStack v3; write numbers"));
    } else if ("v4".equals(version)) {
      list(key).stream()
          .filter(id -> !Validators.isUuid(id))
          .findFirst()
          .ifPresent(id -> error(key, "'" + id + "' is no id of ChirpStack v4; write UUIDs"));
    }
  }

  private void endpoint(Endpoint endpoint) {
    boolean rest = endpoint.transport() == ApiTransport.REST;
    if (rest && isGiven(ConnectionConfig.AUTHORITY)) {
      error(
          ConnectionConfig.AUTHORITY,
          "can't be used with an http or https URL; write the certificate's host name into "
              + ConnectionConfig.URL
              + ", and let it resolve to the server");
    }
    if (!endpoint.tls()) {
      TLS_MATERIAL.stream()
          .map(key -> ConnectionConfig.SSL_PREFIX + key)
          .filter(this::isGiven)
          .findFirst()
          .ifPresent(
              key ->
                  error(
                      ConnectionConfig.URL,
                      "is in clear, but "
                          + key
                          + " is set; write "
                          + (rest ? "https" : "grpcs")
                          + "://… for TLS, or remove the chirpstack.ssl keys"));
    }
  }

  private void tokenFile(String file) {
    try {
      Tokens.passing(TokenFiles.read(Path.of(file)))
          .ifPresent(why -> error(ConnectionConfig.TOKEN_FILE, why));
    } catch (IOException e) {
      error(
          ConnectionConfig.TOKEN_FILE,
          "can't be read on this worker ("
              + e.getClass().getSimpleName()
              + "); write the path of a file that holds the API key");
    } catch (IllegalArgumentException e) {
      error(ConnectionConfig.TOKEN_FILE, e.getMessage());
    }
  }

  private void source() {
    ids(ConnectionConfig.TENANT_IDS);
    ids(ConnectionConfig.APPLICATION_IDS);
    long streams = number(SourceConfig.DEVICE_STREAMS_MAX, Long.MAX_VALUE);
    Set<Feed> feeds = feeds();
    long kinds = feeds.stream().filter(SourceConfig::sharesDeviceStreams).count();
    server().ifPresent(generation -> available(feeds, generation));
    tenants(feeds);
    if (streams < kinds && !"v3".equals(given.get(ConnectionConfig.API_VERSION))) {
      error(
          SourceConfig.DEVICE_STREAMS_MAX,
          "is less than one stream for each of "
              + kinds
              + " stream feeds, which share it on ChirpStack v4; write at least "
              + kinds
              + (", or set " + ConnectionConfig.API_VERSION + " to v3 if that is what you have"));
    }
    if ("v3".equals(given.get(ConnectionConfig.API_VERSION))) {
      streamsOfV3(Feed.DEVICE_EVENTS, SourceConfig.DEVICE_STREAMS_MAX);
      streamsOfV3(Feed.DEVICE_FRAMES, SourceConfig.DEVICE_FRAME_STREAMS_MAX);
      streamsOfV3(Feed.GATEWAY_FRAMES, SourceConfig.GATEWAY_STREAMS_MAX);
    }
    long queue = number(SourceConfig.QUEUE_MAX_RECORDS, Long.MAX_VALUE);
    long batch = number(SourceConfig.POLL_MAX_RECORDS, 0);
    if (queue < batch) {
      error(
          SourceConfig.QUEUE_MAX_RECORDS,
          "must be at least " + SourceConfig.POLL_MAX_RECORDS + ", which is " + batch);
    }
    secrets();
  }

  /** Some users need it, so it is a warning and not an error. */
  private void secrets() {
    if (Boolean.parseBoolean(given.get(SourceConfig.INCLUDE_SECRETS))) {
      LOG.warn(
          "{} is true: keys such as join_server_context.app_s_key go to the topics, and who can"
              + " read these can decrypt what the devices send. Keep the topics' readers to those who"
              + " may, or set it to false.",
          SourceConfig.INCLUDE_SECRETS);
    }
  }

  private Set<Feed> feeds() {
    Set<Feed> feeds = EnumSet.noneOf(Feed.class);
    list(SourceConfig.FEEDS).forEach(id -> Feed.byId(id).ifPresent(feeds::add));
    return feeds;
  }

  /** The server's generation, where it is configured. */
  private Optional<Generation> server() {
    return Arrays.stream(Generation.values())
        .filter(one -> one.toString().equals(given.get(ConnectionConfig.API_VERSION)))
        .findFirst();
  }

  private void available(Set<Feed> feeds, Generation generation) {
    if (isGiven(ConnectionConfig.URL) && fine(ConnectionConfig.URL)) {
      missing(feeds, generation, Endpoint.parse(given.get(ConnectionConfig.URL)).transport())
          .ifPresent(sentence -> error(SourceConfig.FEEDS, sentence));
    }
  }

  /** The error if such a server lacks some of the feeds; empty if it has all. */
  public static Optional<String> missing(
      Set<Feed> feeds, Generation generation, ApiTransport transport) {
    List<Feed> missing =
        feeds.stream().filter(feed -> !feed.availableOn(generation, transport)).toList();
    if (missing.isEmpty()) {
      return Optional.empty();
    }
    boolean overGrpc =
        missing.stream().allMatch(feed -> feed.availableOn(generation, ApiTransport.GRPC));
    String names = missing.stream().map(Feed::id).collect(Collectors.joining(", "));
    return Optional.of(
        overGrpc
            ? Endpoint.NO_STREAMS_ON_V4 + " (" + names + ")"
            : "ChirpStack " + generation + " has no " + names + "; take it out");
  }

  /** Feeds that belong to tenants are listed by tenant, so they need tenant ids or an admin key. */
  private void tenants(Set<Feed> feeds) {
    if (list(ConnectionConfig.APPLICATION_IDS).isEmpty()
        || !list(ConnectionConfig.TENANT_IDS).isEmpty()) {
      return;
    }
    List<Feed> ofTenants = feeds.stream().filter(Feed::isOfTenants).toList();
    if (!ofTenants.isEmpty()) {
      error(
          SourceConfig.FEEDS,
          "belongs to tenants and not to applications: "
              + ofTenants.stream().map(Feed::id).collect(Collectors.joining(", "))
              + "; set "
              + ConnectionConfig.TENANT_IDS
              + " as well, or take it out");
    }
  }

  /** Each stream holds a Redis connection that the server needs for its own work. */
  private void streamsOfV3(Feed feed, String key) {
    if (!feeds().contains(feed) || !isGiven(key) || !fine(key)) {
      return;
    }
    boolean events = key.equals(SourceConfig.DEVICE_STREAMS_MAX);
    Integer pool =
        isGiven(SourceConfig.REDIS_POOL_SIZE) && fine(SourceConfig.REDIS_POOL_SIZE)
            ? Integer.valueOf((int) number(SourceConfig.REDIS_POOL_SIZE, 0))
            : null;
    int ceiling = SourceConfig.streamsCeiling(pool, events);
    if (number(key, 0) <= ceiling) {
      return;
    }
    String harm =
        events
            ? "each stream holds one of ChirpStack v3's Redis connections, without which it writes no"
                + " events of any device"
            : "each stream of frames holds one of ChirpStack v3's Redis connections, without which it"
                + " handles no uplinks of any device";
    error(
        key,
        pool == null
            ? "is more than "
                + ceiling
                + ": "
                + harm
                + ". Write "
                + ceiling
                + " or less, or set "
                + SourceConfig.REDIS_POOL_SIZE
                + " to what the server has (redis.pool_size, or 10 for each CPU), at least twice as much"
            : "is more than half of "
                + SourceConfig.REDIS_POOL_SIZE
                + ", "
                + pool
                + ": "
                + harm
                + ". Write "
                + ceiling
                + " or less, or raise redis.pool_size on the server and then this key");
  }

  private void sink() {
    boolean topic = isGiven(SinkConfig.OUTCOME_TOPIC);
    boolean brokers = isGiven(SinkConfig.OUTCOME_BOOTSTRAP);
    if (topic && !brokers) {
      error(
          SinkConfig.OUTCOME_BOOTSTRAP,
          "is needed for "
              + SinkConfig.OUTCOME_TOPIC
              + "; write the Kafka brokers, host:port separated by commas");
    }
    if (brokers && !topic) {
      error(
          SinkConfig.OUTCOME_TOPIC,
          "is missing, but "
              + SinkConfig.OUTCOME_BOOTSTRAP
              + " is set; name the topic, or remove the outcome.producer keys");
    }
    outcomeProducer();
    if (topic && consumes(given.get(SinkConfig.OUTCOME_TOPIC))) {
      error(
          SinkConfig.OUTCOME_TOPIC,
          "is one of the topics that this connector reads commands from; name another");
    }
    if (fine(SinkConfig.RETRY_TIMEOUT)
        && number(SinkConfig.RETRY_TIMEOUT, Long.MAX_VALUE)
            < number(ConnectionConfig.REQUEST_TIMEOUT, 0)) {
      error(
          SinkConfig.RETRY_TIMEOUT,
          "must not be shorter than "
              + ConnectionConfig.REQUEST_TIMEOUT
              + ", the time one attempt may take");
    }
    if (number(SinkConfig.MAX_IN_FLIGHT, Long.MAX_VALUE) < number("tasks.max", 1)) {
      error(
          SinkConfig.MAX_IN_FLIGHT,
          "is less than one call for each task; write at least tasks.max, or lower tasks.max");
    }
    String deadLetters = given.get("errors.deadletterqueue.topic.name");
    if (deadLetters != null
        && !deadLetters.isBlank()
        && !"all".equalsIgnoreCase(given.get(SinkConfig.ERRORS_TOLERANCE))) {
      error(
          SinkConfig.ERRORS_TOLERANCE,
          "must be 'all' for a bad command to go to the dead letter queue '"
              + deadLetters
              + "'; with 'none' it fails the task");
    }
  }

  /** Checks producer settings by Kafka's own definitions: an invalid one would fail each task. */
  private void outcomeProducer() {
    Map<String, String> settings = new TreeMap<>();
    given.forEach(
        (key, value) -> {
          if (key.startsWith(SinkConfig.OUTCOME_PRODUCER_PREFIX)) {
            settings.put(key.substring(SinkConfig.OUTCOME_PRODUCER_PREFIX.length()), value);
          }
        });
    ProducerConfig.configDef().validate(settings).stream()
        .filter(value -> settings.containsKey(value.name()))
        .filter(value -> !value.errorMessages().isEmpty())
        .filter(value -> fine(SinkConfig.OUTCOME_PRODUCER_PREFIX + value.name()))
        .forEach(
            value ->
                error(
                    SinkConfig.OUTCOME_PRODUCER_PREFIX + value.name(),
                    value.errorMessages().get(0)));
  }

  private boolean consumes(String topic) {
    String regex = given.getOrDefault("topics.regex", "");
    try {
      return list("topics").contains(topic) || (!regex.isBlank() && Pattern.matches(regex, topic));
    } catch (PatternSyntaxException e) {
      return false; // Connect itself refuses topics.regex
    }
  }

  private boolean isGiven(String key) {
    String value = given.get(key);
    return value != null && !value.isBlank();
  }

  private boolean fine(String key) {
    return !values.containsKey(key) || values.get(key).errorMessages().isEmpty();
  }

  private long number(String key, long otherwise) {
    ConfigValue value = values.get(key);
    if (value != null) {
      return value.value() instanceof Number number ? number.longValue() : otherwise;
    }
    try {
      return given.containsKey(key) ? Long.parseLong(given.get(key).trim()) : otherwise;
    } catch (NumberFormatException e) {
      return otherwise; // Connect's own key; Connect reports the error
    }
  }

  private List<String> list(String key) {
    ConfigValue value = values.get(key);
    if (value != null && value.value() instanceof List<?> items) {
      return items.stream().map(String::valueOf).toList();
    }
    return List.of(given.getOrDefault(key, "").trim().split("\\s*,\\s*"));
  }

  /** Kafka reports a value that is no number twice, the second time as missing. */
  private static void onlyTheFirst(List<String> errors) {
    if (errors.size() > 1) {
      errors.subList(1, errors.size()).clear();
    }
  }

  /** One error per key: an invalid value is not checked against others. */
  private void error(String key, String message) {
    if (!fine(key)) {
      return;
    }
    values
        .computeIfAbsent(
            key,
            name -> new ConfigValue(name, given.get(name), new ArrayList<>(), new ArrayList<>()))
        .addErrorMessage(message);
  }

  private void addNewValues(Config config) {
    values.values().stream()
        .filter(value -> !config.configValues().contains(value))
        .forEach(config.configValues()::add);
  }
}
