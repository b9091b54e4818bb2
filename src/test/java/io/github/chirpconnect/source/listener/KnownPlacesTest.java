package io.github.chirpconnect.source.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.feed.Feed;
import java.util.List;
import org.junit.jupiter.api.Test;

class KnownPlacesTest {
  private static final String EUI = "0101010101010101";
  private static final Place HERE = Place.tenant("1", "here");
  private static final Place THERE = Place.tenant("2", "there");

  private final KnownPlaces places = new KnownPlaces();
  private final InventoryListener devices = places.listener(Feed.DEVICES);

  @Test
  void areThoseOfTheLastWalk() {
    assertThat(places.of(Feed.DEVICES, EUI)).isEqualTo(Place.NONE);
    listed(devices, HERE);
    assertThat(places.of(Feed.DEVICES, EUI)).isEqualTo(HERE);
    listed(devices, THERE);
    assertThat(places.of(Feed.DEVICES, EUI)).isEqualTo(THERE);
  }

  @Test
  void ofADeviceAndAGatewayWithOneEuiAreTwo() {
    listed(devices, HERE);
    assertThat(places.of(Feed.GATEWAYS, EUI)).isEqualTo(Place.NONE);
    listed(places.listener(Feed.GATEWAYS), THERE);
    assertThat(places.of(Feed.GATEWAYS, EUI)).isEqualTo(THERE);
    assertThat(places.of(Feed.DEVICES, EUI)).isEqualTo(HERE);
  }

  @Test
  void stayForOneWalkMoreWhenADeviceIsGone() {
    listed(devices, HERE);
    assertThat(devices.gone(List.of(EUI))).isDone();
    devices.walked();
    assertThat(places.of(Feed.DEVICES, EUI)).as("some of its entries may wait").isEqualTo(HERE);
    devices.walked();
    assertThat(places.of(Feed.DEVICES, EUI)).isEqualTo(Place.NONE);
  }

  @Test
  void stayWhenTheDeviceIsBack() {
    listed(devices, HERE);
    devices.gone(List.of(EUI));
    devices.walked();
    listed(devices, THERE);
    devices.walked();
    devices.walked();
    assertThat(places.of(Feed.DEVICES, EUI)).isEqualTo(THERE);
  }

  private static void listed(InventoryListener listener, Place place) {
    listener.listed(List.of(new InventoryListener.Listed(EUI, place, false, null)));
  }
}
