package io.github.chirpconnect.sink.dispatch;

import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.api.Feature;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.sink.command.Command;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Which parts of a downlink the server is known to honour. Those that it would ignore must not be
 * in a command.
 */
final class Features {
  private final ChirpStack chirpStack;
  private final Set<Feature> supported = EnumSet.noneOf(Feature.class);

  Features(ChirpStack chirpStack) {
    this.chirpStack = chirpStack;
  }

  /** What the command needs and the server has to be asked for; empty for nothing. */
  Optional<Feature> toAskFor(Command command) {
    return command.needs().stream().filter(feature -> !supported.contains(feature)).findFirst();
  }

  /** Notes the server's answer. Returns why the command is refused; empty if it is not. */
  Optional<String> answered(Feature feature, boolean supports) {
    if (supports) {
      supported.add(feature);
      return Optional.empty();
    }
    return Optional.of(refusal(feature));
  }

  private String refusal(Feature feature) {
    if (chirpStack.generation() == Generation.V3) {
      return "ChirpStack v3 does not know "
          + feature.field()
          + " and would ignore it; leave it out";
    }
    return "this server shows no sign of supporting "
        + feature.field()
        + ", which came with ChirpStack "
        + feature.since()
        + ", and would ignore it; leave it out, upgrade ChirpStack (over REST, chirpstack-rest-api as well), or use its"
        + " gRPC port";
  }
}
