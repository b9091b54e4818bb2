package io.github.chirpconnect;

import io.github.chirpconnect.config.ConfigChecks;
import io.github.chirpconnect.config.SourceConfig;
import io.github.chirpconnect.config.TopicConfig;
import io.github.chirpconnect.record.topic.Topics;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks how topics are to be called: what a template may say is the records' to know. */
final class TopicCheck {
  private static final Logger LOG = LoggerFactory.getLogger(TopicCheck.class);

  private TopicCheck() {}

  /** Adds an error to the key where the template makes no names of topics. */
  static void check(Config config) {
    Map<String, Object> values = ConfigChecks.values(config);
    if (values.get(TopicConfig.TEMPLATE) instanceof String template
        && !template.isBlank() // Said already.
        && values.get(SourceConfig.TOPIC_PREFIX) instanceof String prefix) {
      try {
        boolean many = values.get(SourceConfig.FEEDS) instanceof List<?> feeds && feeds.size() > 1;
        warn(Topics.of(template, prefix), many);
      } catch (IllegalArgumentException e) {
        ConfigChecks.error(config, TopicConfig.TEMPLATE, e.getMessage());
      }
    }
  }

  /** Some users want it so. */
  private static void warn(Topics topics, boolean manyFeeds) {
    if (topics.haveNames()) {
      LOG.warn(
          "{} has names. When a tenant or an application is renamed, its records go on in another topic, and its entities are deleted in the old "
              + "one; two whose names differ in signs alone share a topic. Ids do neither",
          TopicConfig.TEMPLATE);
    }
    if (topics.mixFeeds() && manyFeeds) {
      LOG.warn(
          "{} puts different feeds into one topic, where a device, its queue and its events have the same key. Do not compact such a topic, and "
              + "tell its records apart by their schema's name or the header chirpstack.feed",
          TopicConfig.TEMPLATE);
    }
  }

  /**
   * @throws ConfigException where the template makes no names of topics
   */
  static void check(TopicConfig config) {
    try {
      Topics.of(config.template(), config.prefix());
    } catch (IllegalArgumentException e) {
      throw new ConfigException(TopicConfig.TEMPLATE, config.template(), e.getMessage());
    }
  }
}
