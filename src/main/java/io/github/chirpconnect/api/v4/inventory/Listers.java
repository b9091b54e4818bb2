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

/** The datasets of ChirpStack v4: one row for each, small ones first. */
public final class Listers {
  static final List<Lister<?, ?, ?>> ALL =
      List.of(
          new DeviceProfileLister(Level.TENANT),
          new GatewayLister(),
          new RelayGatewayLister(),
          new MulticastGroupLister(),
          new DeviceLister());

  /** Further lists of a dataset on newer servers. */
  private static final Map<Release, Lister<?, ?, ?>> MORE =
      Map.of(Release.V4_16, new DeviceProfileLister(Level.SERVER));

  /** Datasets that older servers lack. */
  private static final Map<Feed, Release> SINCE = Map.of(Feed.RELAY_GATEWAYS, Release.V4_9);

  private Listers() {}

  /** Asks the server whether it is at least of a release. */
  @FunctionalInterface
  public interface Question {
    boolean has(Release release) throws InterruptedException;
  }

  /**
   * The listers of these datasets, in the order of a walk.
   *
   * @throws ApiException {@link FailureKind#UNUSABLE_SERVER} if the server is too old for one of
   *     them
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
