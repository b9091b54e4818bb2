package io.github.chirpconnect.api.v4.inventory;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Subject;
import io.github.chirpconnect.api.inventory.Level;
import io.github.chirpconnect.api.inventory.Lister;
import io.github.chirpconnect.feed.Feed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What can be listed of ChirpStack v4: one row for each dataset, small ones first. */
public final class Listers {
  static final List<Lister<?, ?, ?>> ALL =
      List.of(
          new DeviceProfileLister(Level.TENANT),
          new GatewayLister(),
          new RelayGatewayLister(),
          new MulticastGroupLister(),
          new DeviceLister());

  /** Lists that add to a dataset on newer servers. */
  private static final Map<Release, Lister<?, ?, ?>> MORE =
      Map.of(Release.V4_16, new DeviceProfileLister(Level.SERVER));

  /** Datasets that older servers do not have at all. */
  private static final Map<Feed, Release> SINCE = Map.of(Feed.RELAY_GATEWAYS, Release.V4_9);

  private Listers() {}

  /** Asks the server for its age. */
  @FunctionalInterface
  public interface Question {
    boolean has(Release release) throws InterruptedException;
  }

  /**
   * Of these datasets, in the order of a walk.
   *
   * @throws ApiException {@link FailureKind#UNUSABLE_SERVER} where the server has one of them not
   *     yet
   */
  public static List<Lister<?, ?, ?>> of(Set<Feed> kinds, Question server)
      throws InterruptedException {
    List<Lister<?, ?, ?>> wanted = new ArrayList<>();
    for (Map.Entry<Release, Lister<?, ?, ?>> more : MORE.entrySet()) {
      if (kinds.contains(more.getValue().feed()) && server.has(more.getKey())) {
        wanted.add(more.getValue());
      }
    }
    for (Lister<?, ?, ?> lister : ALL) {
      if (kinds.contains(lister.feed())) {
        Release since = SINCE.get(lister.feed());
        if (since != null && !server.has(since)) {
          throw tooOld(lister.feed(), since);
        }
        wanted.add(lister);
      }
    }
    return wanted;
  }

  private static ApiException tooOld(Feed feed, Release since) {
    return new ApiException(
        FailureKind.UNUSABLE_SERVER,
        Subject.of(Subject.Type.FEED),
        "feed "
            + feed
            + " needs ChirpStack "
            + since
            + ", and this server is older; upgrade it, or take "
            + feed
            + " out of feeds",
        null);
  }
}
