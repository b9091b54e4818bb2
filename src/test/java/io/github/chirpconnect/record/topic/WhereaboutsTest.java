package io.github.chirpconnect.record.topic;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.feed.Feed;
import org.junit.jupiter.api.Test;

class WhereaboutsTest {
  private static final Place LISTED = new Place("t", "tenant", "a", "application");

  @Test
  void theInventoryAddsWhatIsNotSaid() {
    assertThat(Whereabouts.completed(Place.NONE, LISTED)).isEqualTo(LISTED);
    assertThat(Whereabouts.completed(new Place("", "", "", ""), LISTED)).isEqualTo(LISTED);
    assertThat(Whereabouts.completed(new Place(null, null, "a", "said"), LISTED))
        .isEqualTo(new Place("t", "tenant", "a", "said"));
    assertThat(Whereabouts.completed(LISTED, Place.NONE)).isEqualTo(LISTED);
    assertThat(Whereabouts.completed(Place.NONE, Place.NONE)).isEqualTo(Place.NONE);
  }

  @Test
  void ofAnotherApplicationItKnowsNothing() {
    Place before = new Place(null, null, "b", "before it moved");
    assertThat(Whereabouts.completed(before, LISTED)).isEqualTo(before);
  }

  @Test
  void aGatewayIsInNoApplication() {
    Place tenant = Place.tenant("t", "tenant");
    assertThat(Whereabouts.completed(Place.NONE, tenant)).isEqualTo(tenant);
    assertThat(Whereabouts.UNKNOWN.of(Feed.GATEWAYS, "1")).isEqualTo(Place.NONE);
  }
}
