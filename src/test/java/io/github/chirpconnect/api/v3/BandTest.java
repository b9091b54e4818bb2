package io.github.chirpconnect.api.v3;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.proto.v4.common.Region;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which band a group has, and how long its payload may be. */
class BandTest {
  /** As the tables of the network server have them, to the last data rate of each band. */
  @ParameterizedTest
  @CsvSource({
    "EU868, 51 51 51 115 242 242 242 242 50 115 50 115",
    "IN865, 51 51 51 115 242 242 242 242",
    "RU864, 51 51 51 115 242 242 242 242",
    "EU433, 51 51 51 115 242 242 242 242",
    "CN470, 0 23 86 184 242 242 242 242",
    "CN779, 51 51 51 115 242 242 242 242",
    "AS923, 51 51 115 115 242 242 242 242",
    "KR920, 51 51 51 115 242 242",
    "US915, 11 53 125 242 242 50 125 242 53 129 242 242 242 242",
    "AU915, 51 51 51 115 242 242 242 50 53 129 242 242 242 242",
    "ISM2400, 51 115 220 240 240 240 240 240",
  })
  void eachDataRateHasItsLargestPayload(Band band, String sizes) {
    List<Integer> expected = Arrays.stream(sizes.split(" ")).map(Integer::valueOf).toList();
    for (int dataRate = 0; dataRate < expected.size(); dataRate++) {
      assertThat(band.largestPayload(dataRate))
          .as("%s at %s", band, dataRate)
          .isEqualTo(expected.get(dataRate));
    }
  }

  /** What is not known is not refused. */
  @ParameterizedTest
  @CsvSource({"-1", "12", "4000"})
  void aDataRateThatIsNotKnownHasTheLargest(int dataRate) {
    assertThat(Band.EU868.largestPayload(dataRate)).isEqualTo(242);
  }

  /** Each is told on a frequency of its own, as a group there has it. */
  @ParameterizedTest
  @CsvSource({
    "EU868, 869525000, EU868",
    "US915, 923300000, US915",
    "CN779, 786000000, CN779",
    "EU433, 434665000, EU433",
    "AU915, 923300000, AU915",
    "CN470, 505300000, CN470",
    "AS923, 923200000, AS923",
    "AS923_2, 921400000, AS923",
    "AS923_3, 916600000, AS923",
    "AS923_4, 917300000, AS923",
    "KR920, 921900000, KR920",
    "IN865, 866550000, IN865",
    "RU864, 869100000, RU864",
    "ISM2400, 2423000000, ISM2400",
  })
  void isThatOfTheRegion(String region, long frequency, Band band) {
    assertThat(Band.of(region, frequency)).containsExactly(band);
  }

  /** A region without one would be taken for any of its frequency. */
  @Test
  void eachRegionHasABand() {
    for (Region region : Region.values()) {
      if (region != Region.UNRECOGNIZED) {
        assertThat(Band.of(region.name(), 868_300_000)).as(region.name()).hasSize(1);
      }
    }
  }

  /** A network server tells EU868 if it has no name for its band, such as AS923-2. */
  @Test
  void eu868IsBelievedOnItsOwnFrequencies() {
    assertThat(Band.of("EU868", 921_400_000)).containsExactly(Band.AS923);
    assertThat(Band.of("EU868", 2_423_000_000L)).containsExactly(Band.ISM2400);
    assertThat(Band.of("EU868", 0)).containsExactly(Band.EU868, Band.AS923, Band.ISM2400);
  }

  /** Whatever its frequency, it is compared with the table of its network server. */
  @Test
  void anotherRegionIsBelieved() {
    assertThat(Band.of("AU915", 869_525_000)).containsExactly(Band.AU915);
    assertThat(Band.of("AS923_4", 0)).containsExactly(Band.AS923);
  }

  @Test
  void withoutARegionItIsAnyOfTheFrequency() {
    assertThat(Band.of(Regions.NOT_KNOWN, 869_525_000)).containsExactly(Band.EU868, Band.RU864);
    assertThat(Band.of("XY123", 866_000_000)).containsExactly(Band.EU868, Band.IN865, Band.RU864);
    assertThat(Band.of(Regions.NOT_KNOWN, 2_423_000_000L)).containsExactly(Band.ISM2400);
  }

  @Test
  void withoutAnyHintItMayBeEach() {
    assertThat(Band.of(Regions.NOT_KNOWN, 0)).containsExactly(Band.values());
    assertThat(Band.of(Regions.NOT_KNOWN, 600_000_000)).containsExactly(Band.values());
  }
}
