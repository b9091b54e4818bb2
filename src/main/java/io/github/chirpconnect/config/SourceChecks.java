package io.github.chirpconnect.config;

import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Generation;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks the source's keys against each other. */
final class SourceChecks {
  private static final Logger LOG = LoggerFactory.getLogger(SourceChecks.class);

  private final GivenValues values;

  SourceChecks(GivenValues values) {
    this.values = values;
  }

  void check() {
    ids(ConnectionConfig.TENANT_IDS);
    ids(ConnectionConfig.APPLICATION_IDS);
    long streams = values.number(SourceConfig.DEVICE_STREAMS_MAX, Long.MAX_VALUE);
    Set<Feed> feeds = feeds();
    long kinds =
        feeds.stream()
            .map(Feed::origin)
            .distinct()
            .filter(SourceConfig::sharesDeviceStreams)
            .count();
    server().ifPresent(generation -> available(feeds, generation));
    tenants(feeds);
    if (streams < kinds && !"v3".equals(values.given(ConnectionConfig.API_VERSION))) {
      values.error(
          SourceConfig.DEVICE_STREAMS_MAX,
          "is less than one stream for each of "
              + kinds
              + " stream feeds, which share it on ChirpStack v4; write at least "
              + kinds
              + (", or set " + ConnectionConfig.API_VERSION + " to v3 if that is what you have"));
    }
    if ("v3".equals(values.given(ConnectionConfig.API_VERSION))) {
      streamsOfV3(Feed.DEVICE_EVENTS, SourceConfig.DEVICE_STREAMS_MAX);
      streamsOfV3(Feed.DEVICE_FRAMES, SourceConfig.DEVICE_FRAME_STREAMS_MAX);
      streamsOfV3(Feed.GATEWAY_FRAMES, SourceConfig.GATEWAY_STREAMS_MAX);
    }
    long queue = values.number(SourceConfig.QUEUE_MAX_RECORDS, Long.MAX_VALUE);
    long batch = values.number(SourceConfig.POLL_MAX_RECORDS, 0);
    if (queue < batch) {
      values.error(
          SourceConfig.QUEUE_MAX_RECORDS,
          "must be at least " + SourceConfig.POLL_MAX_RECORDS + ", which is " + batch);
    }
    secrets();
    new ValueChecks(values).check();
  }

  /** The form of ids depends on the generation, so it is checked only if that is configured. */
  private void ids(String key) {
    if (!values.isGiven(key) || !values.fine(key)) {
      return;
    }
    String version = values.given(ConnectionConfig.API_VERSION);
    if ("v3".equals(version)) {
      values.list(key).stream()
          .filter(id -> !Validators.isNumber(id))
          .findFirst()
          .ifPresent(
              id -> values.error(key, "'" + id + "' is no id of ChirpStack v3; write numbers"));
    } else if ("v4".equals(version)) {
      values.list(key).stream()
          .filter(id -> !Validators.isUuid(id))
          .findFirst()
          .ifPresent(
              id -> values.error(key, "'" + id + "' is no id of ChirpStack v4; write UUIDs"));
    }
  }

  /** Some users need it, so it is a warning and not an error. */
  private void secrets() {
    if (Boolean.parseBoolean(values.given(SourceConfig.INCLUDE_SECRETS))) {
      LOG.warn(
          "{} is true: keys such as join_server_context.app_s_key go to the topics, and who can"
              + " read these can decrypt what the devices send. Keep the topics' readers to those who"
              + " may, or set it to false.",
          SourceConfig.INCLUDE_SECRETS);
    }
  }

  private Set<Feed> feeds() {
    Set<Feed> feeds = EnumSet.noneOf(Feed.class);
    values.list(SourceConfig.FEEDS).forEach(id -> Feed.byId(id).ifPresent(feeds::add));
    return feeds;
  }

  /** The server's generation, where it is configured. */
  private Optional<Generation> server() {
    return Arrays.stream(Generation.values())
        .filter(one -> one.toString().equals(values.given(ConnectionConfig.API_VERSION)))
        .findFirst();
  }

  private void available(Set<Feed> feeds, Generation generation) {
    if (values.isGiven(ConnectionConfig.URL) && values.fine(ConnectionConfig.URL)) {
      ConfigChecks.missing(
              feeds, generation, Endpoint.parse(values.given(ConnectionConfig.URL)).transport())
          .ifPresent(sentence -> values.error(SourceConfig.FEEDS, sentence));
    }
  }

  /** Feeds that belong to tenants are listed by tenant, so they need tenant ids or an admin key. */
  private void tenants(Set<Feed> feeds) {
    if (values.list(ConnectionConfig.APPLICATION_IDS).isEmpty()
        || !values.list(ConnectionConfig.TENANT_IDS).isEmpty()) {
      return;
    }
    List<Feed> ofTenants = feeds.stream().filter(Feed::isOfTenants).toList();
    if (!ofTenants.isEmpty()) {
      values.error(
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
    if (feeds().stream().noneMatch(each -> each.origin() == feed)
        || !values.isGiven(key)
        || !values.fine(key)) {
      return;
    }
    boolean events = key.equals(SourceConfig.DEVICE_STREAMS_MAX);
    Integer pool =
        values.isGiven(SourceConfig.REDIS_POOL_SIZE) && values.fine(SourceConfig.REDIS_POOL_SIZE)
            ? Integer.valueOf((int) values.number(SourceConfig.REDIS_POOL_SIZE, 0))
            : null;
    int ceiling = SourceConfig.streamsCeiling(pool, events);
    if (values.number(key, 0) <= ceiling) {
      return;
    }
    String harm =
        events
            ? "each stream holds one of ChirpStack v3's Redis connections, without which it writes no"
                + " events of any device"
            : "each stream of frames holds one of ChirpStack v3's Redis connections, without which it"
                + " handles no uplinks of any device";
    values.error(
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
}
