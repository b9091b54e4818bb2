package io.github.chirpconnect.record.topic;

import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.feed.Feed;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.CRC32;

/**
 * Makes the names of topics by a template such as <code>${prefix}.${tenant_id}.${topic}</code>.
 * Whatever the server says, Kafka accepts them. Immutable.
 *
 * <p>A value that is not known, or does not exist, becomes {@code none}. Names, ids and kinds
 * become lower-case letters, digits and dashes; so two that differ only in other characters share a
 * topic. A name longer than Kafka permits is cut, and ends in a checksum of the whole name.
 */
public final class Topics {
  /** A topic for each dataset, and for each kind of event. */
  public static final String USUAL = "${prefix}.${topic}";

  /** Kafka's limit. */
  static final int MOST_CHARACTERS = 249;

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^${}]*)}");
  private static final Pattern LITERAL = Pattern.compile("[A-Za-z0-9._-]*");
  private static final Pattern ILLEGAL = Pattern.compile("[^A-Za-z0-9._-]");

  /** Either a text or a variable; the other is null. */
  private record Part(String text, Variable variable) {}

  private final String prefix;
  private final List<Part> parts;
  private final Set<Variable> variables = EnumSet.noneOf(Variable.class);

  private Topics(String prefix, List<Part> parts) {
    this.prefix = prefix;
    this.parts = List.copyOf(parts);
    parts.stream().map(Part::variable).filter(variable -> variable != null).forEach(variables::add);
  }

  /** By the template {@link #USUAL}. */
  public static Topics usual(String prefix) {
    return of(USUAL, prefix);
  }

  /**
   * @param prefix of topics, itself a part of a legal name
   * @throws IllegalArgumentException if the template is invalid, or makes names that Kafka refuses;
   *     the message continues after the name of the setting
   */
  public static Topics of(String template, String prefix) {
    Topics topics = new Topics(prefix, parse(template));
    topics.checkNames();
    return topics;
  }

  private static List<Part> parse(String template) {
    List<Part> parts = new ArrayList<>();
    Matcher variable = VARIABLE.matcher(template);
    int from = 0;
    while (variable.find()) {
      addLiteral(template.substring(from, variable.start()), parts);
      Variable known =
          Variable.byWord(variable.group(1))
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "has "
                              + variable.group()
                              + ", which is not known; known are "
                              + Variable.all()));
      parts.add(new Part(null, known));
      from = variable.end();
    }
    addLiteral(template.substring(from), parts);
    return parts;
  }

  private static void addLiteral(String text, List<Part> parts) {
    int open = text.indexOf("${");
    if (open >= 0) {
      throw new IllegalArgumentException(
          "has '"
              + text.substring(open)
              + "' without its closing brace; write one of "
              + Variable.all());
    }
    if (!LITERAL.matcher(text).matches()) {
      Matcher illegal = ILLEGAL.matcher(text);
      illegal.find();
      throw new IllegalArgumentException(
          "has '"
              + illegal.group()
              + "', which no topic's name may have; write letters, digits, '.', '_' and '-', and variables: "
              + Variable.all());
    }
    if (!text.isEmpty()) {
      parts.add(new Part(text, null));
    }
  }

  /**
   * The value of a variable is never empty and has no dot at an end, so one letter can stand for it
   * here.
   */
  private void checkNames() {
    StringBuilder shortest = new StringBuilder();
    for (Part part : parts) {
      shortest.append(part.variable() == null ? part.text() : "x");
    }
    if (shortest.isEmpty()) {
      throw new IllegalArgumentException(
          "is empty; write a topic's name, with variables or without: " + Variable.all());
    }
    if (shortest.charAt(0) == '.'
        || shortest.charAt(shortest.length() - 1) == '.'
        || shortest.indexOf("..") >= 0) {
      throw new IllegalArgumentException(
          "makes names with nothing before, between or after dots; write single dots between other parts");
    }
    int most = MOST_CHARACTERS - (variables.contains(Variable.PREFIX) ? prefix.length() - 1 : 0);
    if (shortest.length() > most) {
      throw new IllegalArgumentException(
          "makes names of more than " + MOST_CHARACTERS + " characters, which Kafka refuses");
    }
  }

  /**
   * The name of a topic.
   *
   * @param kind of an entry of a log; null of all else
   * @param topic the end of the usual name
   */
  public String name(Feed feed, String kind, String topic, Place place) {
    StringBuilder name = new StringBuilder();
    for (Part part : parts) {
      if (part.variable() == null) {
        name.append(part.text());
      } else if (part.variable().isOfPlace()) {
        name.append(Segment.of(part.variable().of(place)));
      } else {
        name.append(common(part.variable(), feed, kind, topic));
      }
    }
    return name.length() > MOST_CHARACTERS ? cut(name.toString()) : name.toString();
  }

  /**
   * As {@link #name}, with variables for the values that differ between places. Two configurations
   * have equal patterns only if they name the topics of this feed by the same rule. Without such
   * variables it is the name itself.
   */
  public String pattern(Feed feed, String topic) {
    if (!followPlaces()) {
      return name(feed, null, topic, Place.NONE);
    }
    StringBuilder pattern = new StringBuilder();
    for (Part part : parts) {
      if (part.variable() == null) {
        pattern.append(part.text());
      } else if (part.variable().isOfPlace()) {
        pattern.append(part.variable());
      } else {
        pattern.append(common(part.variable(), feed, null, topic));
      }
    }
    return pattern.toString();
  }

  private String common(Variable variable, Feed feed, String kind, String topic) {
    return switch (variable) {
      case PREFIX -> prefix;
      case TOPIC -> topic;
      case FEED -> feed.id();
      case KIND -> Segment.of(kind);
      default -> throw new IllegalArgumentException(variable + " differs between places");
    };
  }

  /** Two different long names stay different. */
  private static String cut(String name) {
    CRC32 checksum = new CRC32();
    checksum.update(name.getBytes(StandardCharsets.US_ASCII));
    String end = String.format("-%08x", checksum.getValue());
    return name.substring(0, MOST_CHARACTERS - end.length()) + end;
  }

  /** Whether two entities of one feed may have different topics. */
  public boolean followPlaces() {
    return variables.stream().anyMatch(Variable::isOfPlace);
  }

  /** The record fields on which an entity's topic depends. */
  public Set<String> fieldsOfPlaces() {
    return variables.stream()
        .filter(Variable::isOfPlace)
        .map(Variable::word)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Whether it contains names, which can change and then change an entity's topic. */
  public boolean haveNames() {
    return variables.stream().anyMatch(Variable::isName);
  }

  /** Whether records of different feeds may share a topic. */
  public boolean mixFeeds() {
    return !variables.contains(Variable.TOPIC) && !variables.contains(Variable.FEED);
  }
}
