package io.github.chirpconnect.api.v4.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.proto.v4.GatewayListItem;
import io.github.chirpconnect.proto.v4.GatewayState;
import io.github.chirpconnect.proto.v4.ListGatewaysRequest;
import io.github.chirpconnect.proto.v4.common.Location;
import io.github.chirpconnect.proto.v4.common.LocationSource;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class GatewayListerTest {
  private final GatewayLister lister = new GatewayLister();

  @Test
  void aTenantsGatewaysAreAskedForInTheOrderOfIds() {
    assertThat(lister.request(Place.tenant("t1", "one"), 10, 20))
        .isEqualTo(
            ListGatewaysRequest.newBuilder()
                .setTenantId("t1")
                .setOrderBy(ListGatewaysRequest.OrderBy.GATEWAY_ID)
                .setLimit(10)
                .setOffset(20)
                .build());
  }

  @Test
  void aGatewayHasEveryFieldOfTheList() {
    GatewayListItem row =
        GatewayListItem.newBuilder()
            .setTenantId("t1")
            .setGatewayId("0016c001f153a14c")
            .setName("roof")
            .setDescription("north")
            .setLocation(Location.newBuilder().setLatitude(52.37).setSource(LocationSource.GPS))
            .putProperties("model", "x")
            .setCreatedAt(Timestamp.newBuilder().setSeconds(1_700_000_000))
            .setUpdatedAt(Timestamp.newBuilder().setSeconds(1_700_000_001))
            .setLastSeenAt(Timestamp.newBuilder().setSeconds(1_700_000_002))
            .setState(GatewayState.ONLINE)
            .setDownlinkPriority(10)
            .build();

    assertThat(lister.id(row)).isEqualTo("0016c001f153a14c");
    assertThat(lister.lastSeenAt(row)).isEqualTo(Instant.ofEpochSecond(1_700_000_002));
    assertThat(lister.body(row, true).toString())
        .isEqualTo(
            """
            {"tenantId":"t1","gatewayId":"0016c001f153a14c","name":"roof","description":"north",\
            "location":{"latitude":52.37,"longitude":0.0,"altitude":0.0,"source":"GPS",\
            "accuracy":0.0},"properties":{"model":"x"},"createdAt":"2023-11-14T22:13:20Z",\
            "updatedAt":"2023-11-14T22:13:21Z","lastSeenAt":"2023-11-14T22:13:22Z",\
            "state":"ONLINE","downlinkPriority":10}\
            """);
  }

  @Test
  void anOldServerSaysNothingOfPriorities() {
    GatewayListItem row = GatewayListItem.getDefaultInstance();

    assertThat(lister.lastSeenAt(row)).isNull();
    assertThat(lister.body(row, true).get("downlinkPriority").isNull()).isTrue();
    assertThat(lister.body(row, true).get("state").textValue()).isEqualTo("NEVER_SEEN");
  }
}
