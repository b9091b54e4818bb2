package io.github.chirpconnect.record.topic;

import io.github.chirpconnect.api.Place;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A variable of a template, such as <code>${tenant_id}</code>. */
enum Variable {
  PREFIX,
  TOPIC,
  FEED,
  KIND,
  TENANT_ID(Place::tenantId),
  TENANT_NAME(Place::tenantName),
  APPLICATION_ID(Place::applicationId),
  APPLICATION_NAME(Place::applicationName);

  private final Function<Place, String> ofPlace;

  Variable() {
    this(null);
  }

  Variable(Function<Place, String> ofPlace) {
    this.ofPlace = ofPlace;
  }

  /** Whether it differs between entities of one feed. */
  boolean isOfPlace() {
    return ofPlace != null;
  }

  /** Null if the place does not contain it. */
  String of(Place place) {
    return ofPlace.apply(place);
  }

  /** Whether it is a name, which can change. */
  boolean isName() {
    return this == TENANT_NAME || this == APPLICATION_NAME;
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<Variable> byWord(String word) {
    return Arrays.stream(values()).filter(one -> one.word().equals(word)).findFirst();
  }

  static String all() {
    return Arrays.stream(values()).map(Variable::toString).collect(Collectors.joining(", "));
  }

  /** As it is written in a template. */
  @Override
  public String toString() {
    return "${" + word() + "}";
  }
}
