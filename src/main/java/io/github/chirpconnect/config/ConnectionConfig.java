package io.github.chirpconnect.config;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.between;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.types.Password;

/**
 * How to reach a ChirpStack: the settings that source and sink share.
 *
 * @param token the API key itself; empty when it is in {@code tokenFile}
 * @param tokenFile a file that holds the API key and nothing else; empty when {@code token} is set
 * @param authority what TLS verifies and HTTP/2 sends instead of the endpoint's host
 * @param ssl Kafka's {@code ssl.*} client settings, without the prefix, parsed by their own
 *     ConfigDef
 * @param tokenGrace how long a refused token is tried again before the task fails; with a token
 *     file it is tried for ever
 * @param restStreamIdle how long a stream over REST may go without a line before it is opened anew
 */
public record ConnectionConfig(
    Endpoint endpoint,
    Optional<Password> token,
    Optional<Path> tokenFile,
    String apiVersion,
    Optional<String> authority,
    Map<String, ?> ssl,
    Duration keepAliveTime,
    Duration keepAliveTimeout,
    Duration requestTimeout,
    Duration tokenGrace,
    int maxMessageBytes,
    int maxStreamsPerConnection,
    Duration restStreamIdle) {

  public static final String URL = "chirpstack.url";
  public static final String TOKEN = "chirpstack.token";
  public static final String TOKEN_FILE = "chirpstack.token.file";
  public static final String TOKEN_GRACE = "chirpstack.token.grace.ms";
  public static final String API_VERSION = "chirpstack.api.version";
  public static final String API_VERSION_AUTO = "auto";
  public static final String AUTHORITY = "chirpstack.authority";
  public static final String SSL_PREFIX = "chirpstack.";
  public static final String KEEP_ALIVE_TIME = "chirpstack.keepalive.time.ms";
  public static final String KEEP_ALIVE_TIMEOUT = "chirpstack.keepalive.timeout.ms";
  public static final String REQUEST_TIMEOUT = "chirpstack.request.timeout.ms";
  public static final String MAX_MESSAGE_BYTES = "chirpstack.max.message.bytes";
  public static final String MAX_STREAMS_PER_CONNECTION = "chirpstack.max.streams.per.connection";
  public static final String REST_STREAM_IDLE = "chirpstack.rest.stream.idle.ms";
  public static final String TENANT_IDS = "chirpstack.tenant.ids";
  public static final String APPLICATION_IDS = "chirpstack.application.ids";
  public static final String VALIDATE_CONNECTION = "validate.connection";

  private static final String GROUP = "Connection";
  private static final int DEFAULT_STREAMS_PER_CONNECTION = 100;
  private static final long DEFAULT_REST_STREAM_IDLE = 300_000;

  /** Keys without a meaning for the sink, which reads neither an inventory nor streams. */
  private static final Set<String> READING =
      Set.of(MAX_STREAMS_PER_CONNECTION, REST_STREAM_IDLE, TENANT_IDS, APPLICATION_IDS);

  /** As {@link #define}, without the keys of connectors that read. */
  static ConfigDef defineWriting(ConfigDef def) {
    define(new ConfigDef()).configKeys().values().stream()
        .filter(key -> !READING.contains(key.name))
        .forEach(def::define);
    return def;
  }

  static ConfigDef define(ConfigDef def) {
    int order = 0;
    def.define(
        URL,
        Type.STRING,
        ConfigDef.NO_DEFAULT_VALUE,
        Validators.endpoint(),
        HIGH,
        "Address of ChirpStack's gRPC interface: host:port or grpc://host:port without TLS,"
            + " grpcs://host:port with TLS. Default ports: 8080 without TLS, 443 with TLS. Where gRPC"
            + " is not possible: http://host:port or https://host:port of the REST interface, which is"
            + " ChirpStack v3's own or chirpstack-rest-api of a v4. The latter has no streams, so"
            + " neither device-events nor device-frames.",
        GROUP,
        ++order,
        ConfigDef.Width.MEDIUM,
        "ChirpStack URL");
    def.define(
        TOKEN,
        Type.PASSWORD,
        null,
        Validators.token(),
        HIGH,
        "API key, sent with each call. Put it into a config provider (${file:…}) rather than here, or use "
            + TOKEN_FILE
            + ".",
        GROUP,
        ++order,
        ConfigDef.Width.LONG,
        "API key");
    def.define(
        TOKEN_FILE,
        Type.STRING,
        null,
        Validators.nonBlank("the path of a file on the worker"),
        HIGH,
        "File on the worker that holds the API key and nothing else. It is read again when it"
            + " changes and when the key is refused, so that a key can be replaced while the connector"
            + " runs. Only from a directory that the worker names with the system property "
            + TokenFiles.DIRECTORIES
            + ".",
        GROUP,
        ++order,
        ConfigDef.Width.LONG,
        "API key file");
    def.define(
        TOKEN_GRACE,
        Type.LONG,
        60_000L,
        ConfigDef.Range.atLeast(0),
        LOW,
        "How long a refused API key is tried again before the task fails. With "
            + TOKEN_FILE
            + " the task waits for a new key instead. The same time applies when something else"
            + " answers in ChirpStack's place, such as a proxy's page, and ChirpStack has not answered"
            + " since the task started; if it has, that is an outage, and the task waits.",
        GROUP,
        ++order,
        ConfigDef.Width.SHORT,
        "API key grace (ms)");
    def.define(
        API_VERSION,
        Type.STRING,
        API_VERSION_AUTO,
        Validators.oneOf(API_VERSION_AUTO, "v3", "v4"),
        MEDIUM,
        "Generation of the server: v3 (Application Server), v4, or auto. With auto the connector"
            + " detects it, without the API key, at the first call and after a lost connection. A"
            + " server of another generation than before is refused.",
        GROUP,
        ++order,
        ConfigDef.Width.SHORT,
        "API version");
    def.define(
        AUTHORITY,
        Type.STRING,
        null,
        Validators.authority(),
        LOW,
        "Host name in the server's certificate, also sent as HTTP/2 authority, if it differs from the URL's.",
        GROUP,
        ++order,
        ConfigDef.Width.MEDIUM,
        "Authority");
    def.define(
        KEEP_ALIVE_TIME,
        Type.LONG,
        30_000L,
        // gRPC's own lower bound.
        between(10_000, 86_400_000),
        LOW,
        "A gRPC connection is pinged after this time without traffic, so that a dead link or an"
            + " idle proxy is noticed. The time grows by itself when the server objects.",
        GROUP,
        ++order,
        ConfigDef.Width.SHORT,
        "Keep-alive time (ms)");
    def.define(
        KEEP_ALIVE_TIMEOUT,
        Type.LONG,
        10_000L,
        between(500, 600_000),
        LOW,
        "A connection is dead when a ping is not answered within this time.",
        GROUP,
        ++order,
        ConfigDef.Width.SHORT,
        "Keep-alive timeout (ms)");
    def.define(
        REQUEST_TIMEOUT,
        Type.LONG,
        10_000L,
        between(100, 600_000),
        MEDIUM,
        "Deadline of each call except streams.",
        GROUP,
        ++order,
        ConfigDef.Width.SHORT,
        "Request timeout (ms)");
    def.define(
        MAX_MESSAGE_BYTES,
        Type.INT,
        32 << 20,
        between(1 << 20, 1 << 30),
        LOW,
        "Largest answer accepted, in bytes; over REST in bytes of JSON, two to four times as"
            + " many. A page of 10,000 devices is about 1.4 MB without tags.",
        GROUP,
        ++order,
        ConfigDef.Width.SHORT,
        "Largest message (bytes)");
    def.define(
        MAX_STREAMS_PER_CONNECTION,
        Type.INT,
        DEFAULT_STREAMS_PER_CONNECTION,
        between(1, 10_000),
        LOW,
        "Streams put on one gRPC connection before another is opened. Proxies permit 100 to 128,"
            + " and streams beyond their limit never start.",
        GROUP,
        ++order,
        ConfigDef.Width.SHORT,
        "Streams per connection");
    def.define(
        REST_STREAM_IDLE,
        Type.LONG,
        DEFAULT_REST_STREAM_IDLE,
        between(10_000, 86_400_000),
        LOW,
        "REST only: a stream without a line for this time is reopened, since over HTTP/1.1 an"
            + " idle stream looks like a dead link.",
        GROUP,
        ++order,
        ConfigDef.Width.SHORT,
        "Idle REST stream (ms)");
    def.define(
        TENANT_IDS,
        Type.LIST,
        List.of(),
        Validators.ids(),
        MEDIUM,
        "Tenants to read (v3: organizations, by number). Required with a tenant's API key, which"
            + " cannot list its tenant. Empty: all that an admin key can see.",
        GROUP,
        ++order,
        ConfigDef.Width.LONG,
        "Tenants");
    def.define(
        APPLICATION_IDS,
        Type.LIST,
        List.of(),
        Validators.ids(),
        MEDIUM,
        "Applications to read, in addition to all of the named tenants. If only one of the two"
            + " lists is set, only what it names is read.",
        GROUP,
        ++order,
        ConfigDef.Width.LONG,
        "Applications");
    def.define(
        VALIDATE_CONNECTION,
        Type.BOOLEAN,
        true,
        null,
        LOW,
        "Ask the server when the configuration is validated, for 5 s at most. Wrong settings are"
            + " errors, and so is another service in ChirpStack's place; a server that does not answer"
            + " is not an error.",
        GROUP,
        ++order,
        ConfigDef.Width.SHORT,
        "Validate the connection");
    def.embed(SSL_PREFIX, "TLS", 0, new ConfigDef().withClientSslSupport());
    return def;
  }

  static ConnectionConfig of(AbstractConfig config) {
    return new ConnectionConfig(
        Endpoint.parse(config.getString(URL)),
        Optional.ofNullable(config.getPassword(TOKEN)),
        Optional.ofNullable(config.getString(TOKEN_FILE)).map(Path::of),
        config.getString(API_VERSION),
        Optional.ofNullable(config.getString(AUTHORITY)),
        sslOf(config),
        Duration.ofMillis(config.getLong(KEEP_ALIVE_TIME)),
        Duration.ofMillis(config.getLong(KEEP_ALIVE_TIMEOUT)),
        Duration.ofMillis(config.getLong(REQUEST_TIMEOUT)),
        Duration.ofMillis(config.getLong(TOKEN_GRACE)),
        config.getInt(MAX_MESSAGE_BYTES),
        has(config, MAX_STREAMS_PER_CONNECTION)
            ? config.getInt(MAX_STREAMS_PER_CONNECTION)
            : DEFAULT_STREAMS_PER_CONNECTION,
        Duration.ofMillis(
            has(config, REST_STREAM_IDLE)
                ? config.getLong(REST_STREAM_IDLE)
                : DEFAULT_REST_STREAM_IDLE));
  }

  private static boolean has(AbstractConfig config, String key) {
    return config.values().containsKey(key);
  }

  private static Map<String, ?> sslOf(AbstractConfig config) {
    ConfigDef ssl = new ConfigDef().withClientSslSupport();
    Map<String, Object> given = new HashMap<>(config.originalsWithPrefix(SSL_PREFIX));
    // In JSON and environments line ends are often escaped twice; PEM has no backslashes.
    given.replaceAll(
        (key, value) ->
            value instanceof String text && text.contains("-----BEGIN ")
                ? text.replace("\\n", "\n")
                : value);
    return ssl.parse(given);
  }
}
