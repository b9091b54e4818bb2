package io.github.chirpconnect.api.v4;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.proto.v4.common.Region;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long a group's payload may be, by region and data rate. */
class LargestPayloadTest {
  @ParameterizedTest
  @CsvSource({
    "EU868, 0, 51",
    "EU868, 3, 115",
    "EU868, 4, 222",
    "EU868, 5, 242",
    "EU868, 8, 50",
    "EU868, 11, 115",
    "EU868, 12, 242",
    "EU433, 4, 242",
    "US915, 8, 53",
    "US915, 9, 129",
    "US915, 13, 242",
    "AU915, 10, 242",
    "CN470, 0, 0",
    "CN470, 1, 23",
    "CN470, 3, 184",
    "AS923_3, 2, 115",
    "ISM2400, 1, 115",
    "ISM2400, 7, 240",
  })
  void isThatOfTheRegionsTable(String region, int dataRate, int bytes) {
    assertThat(LargestPayload.of(region, dataRate)).isEqualTo(bytes);
  }

  /** What is not known is not refused. */
  @Test
  void aRegionOrDataRateThatIsNotKnownHasTheLargest() {
    assertThat(LargestPayload.of("UNRECOGNIZED", 0)).isEqualTo(242);
    assertThat(LargestPayload.of("EU868", -1)).isEqualTo(242);
    assertThat(LargestPayload.of("EU868", 4_000)).isEqualTo(242);
  }

  /** A region that the table lacks would have 242 at its lowest data rate. */
  @Test
  void eachRegionHasATable() {
    for (Region region : Region.values()) {
      if (region != Region.UNRECOGNIZED && region != Region.US915 && region != Region.AU915) {
        assertThat(LargestPayload.of(region.name(), 0)).as(region.name()).isLessThan(242);
      }
    }
  }
}
