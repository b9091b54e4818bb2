package io.github.chirpconnect.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.proto.v4.common.Region;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long a payload may be, by region and data rate. */
class LargestPayloadTest {
  @ParameterizedTest
  @CsvSource({
    "EU868, 0, 51",
    "EU868, 3, 115",
    "EU868, 5, 242",
    "US915, 8, 53",
    "US915, 9, 129",
    "US915, 13, 242",
    "AU915, 10, 242",
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

  @Test
  void noRegionHasLessThanWhatNeedsNoLook() {
    for (Region region : Region.values()) {
      for (int dataRate = 0; dataRate < 16; dataRate++) {
        assertThat(LargestPayload.of(region.name(), dataRate))
            .isGreaterThanOrEqualTo(LargestPayload.OF_ANY);
      }
    }
    assertThat(Arrays.stream(Region.values()).map(region -> LargestPayload.of(region.name(), 0)))
        .contains(LargestPayload.OF_ANY);
  }
}
