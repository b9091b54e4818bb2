package io.github.chirpconnect.feed;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FeedTest {
  @ParameterizedTest
  @EnumSource
  void whatIsDerivedIsWhereItsOriginIs(Feed feed) {
    Feed origin = feed.origin();
    assertThat(feed.shape() == Shape.DERIVED).isEqualTo(origin != feed);
    assertThat(origin.origin()).isEqualTo(origin);
    assertThat(feed.owner()).isEqualTo(origin.owner());
    assertThat(feed.isOfTenants()).isEqualTo(origin.isOfTenants());
    for (Generation generation : Generation.values()) {
      for (ApiTransport transport : ApiTransport.values()) {
        assertThat(feed.availableOn(generation, transport))
            .isEqualTo(origin.availableOn(generation, transport));
      }
    }
  }
}
