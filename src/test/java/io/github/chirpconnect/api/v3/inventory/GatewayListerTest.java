package io.github.chirpconnect.api.v3.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.proto.v3.GatewayListItem;
import io.github.chirpconnect.proto.v3.ListGatewayRequest;
import io.github.chirpconnect.proto.v3.common.Location;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class GatewayListerTest {
  private final GatewayLister lister = new GatewayLister();

  @Test
  void theGatewaysOfAnOrganizationAreAskedFor() {
    assertThat(lister.request(Place.tenant("7", "seven"), 10, 20))
        .isEqualTo(
            ListGatewayRequest.newBuilder()
                .setOrganizationId(7)
                .setLimit(10)
                .setOffset(20)
                .build());
  }

  @Test
  void aGatewayIsBroughtIntoTheFormOfV4() {
    GatewayListItem row =
        GatewayListItem.newBuilder()
            .setId("0016c001f153a14c")
            .setName("roof")
            .setDescription("north")
            .setLocation(Location.newBuilder().setLatitude(52.37).setAltitude(3))
            .setCreatedAt(Timestamp.newBuilder().setSeconds(1_700_000_000))
            .setUpdatedAt(Timestamp.newBuilder().setSeconds(1_700_000_001))
            .setFirstSeenAt(Timestamp.newBuilder().setSeconds(1_700_000_001))
            .setLastSeenAt(Timestamp.newBuilder().setSeconds(1_700_000_002))
            .build();

    assertThat(lister.id(row)).isEqualTo("0016c001f153a14c");
    assertThat(lister.lastSeenAt(row)).isEqualTo(Instant.ofEpochSecond(1_700_000_002));
    assertThat(lister.body(row, false).toString())
        .isEqualTo(
            """
            {"gatewayId":"0016c001f153a14c","name":"roof","description":"north",\
            "location":{"latitude":52.37,"longitude":0.0,"altitude":3.0,"source":null,\
            "accuracy":null},"createdAt":"2023-11-14T22:13:20Z",\
            "updatedAt":"2023-11-14T22:13:21Z","lastSeenAt":"2023-11-14T22:13:22Z",\
            "properties":null,"state":null,"downlinkPriority":null}\
            """);
  }

  @Test
  void aGatewayThatWasNeverHeardSaysSo() {
    GatewayListItem row = GatewayListItem.newBuilder().setId("0016c001f153a14c").build();

    assertThat(lister.lastSeenAt(row)).isNull();
    assertThat(lister.body(row, false).has("lastSeenAt")).isFalse();
    assertThat(lister.body(row, false).has("location")).isFalse();
  }
}
