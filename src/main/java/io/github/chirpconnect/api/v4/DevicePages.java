package io.github.chirpconnect.api.v4;

import static io.github.chirpconnect.api.grpc.Futures.await;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.Device;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Subject;
import io.github.chirpconnect.api.grpc.Operation;
import io.github.chirpconnect.api.grpc.RpcFailure;
import io.github.chirpconnect.api.grpc.TransportErrors;
import io.github.chirpconnect.api.grpc.UnpagedList;
import io.github.chirpconnect.api.v4.ProtoMapping.Place;
import io.github.chirpconnect.proto.v4.DeviceListItem;
import io.github.chirpconnect.proto.v4.DeviceServiceGrpc;
import io.github.chirpconnect.proto.v4.ListDevicesRequest;
import io.github.chirpconnect.proto.v4.ListDevicesRequest.OrderBy;
import io.github.chirpconnect.proto.v4.ListDevicesResponse;
import java.util.List;
import java.util.function.Consumer;

/**
 * The devices of one application after another, in pages by offset over a table that is not still.
 * Pages overlap by one row: where a device before the page was deleted, all behind it move up, the
 * overlap does not fit, and the walk steps back until it does. So no device that was there all the
 * time is skipped. {@code total_count} is not looked at to find the end: it counts a device once
 * for each multicast group it is in.
 *
 * <p>Servers before 4.12 cannot list by EUI; they are asked for each application in one piece.
 */
final class DevicePages {
  private static final int SMALLEST_PAGE = 2;

  private final ClassifiedCalls calls;
  private final boolean byEui;
  private final Consumer<List<Device>> page;
  private final int firstLimit;

  /**
   * Kept from application to application: where a page of this size was too large, the next will
   * be.
   */
  private int limit;

  DevicePages(
      ClassifiedCalls calls, boolean byEui, Inventory.Sizes sizes, Consumer<List<Device>> page) {
    this.calls = calls;
    this.byEui = byEui;
    this.page = page;
    this.firstLimit = sizes.devicePage();
    this.limit = sizes.devicePage();
  }

  void walk(Place place) throws InterruptedException {
    if (byEui) {
      walkByEui(place);
    } else {
      tell(place, inOnePiece(place));
    }
  }

  private void walkByEui(Place place) throws InterruptedException {
    String last = "";
    int offset = 0;
    int stepBack = 1;
    while (true) {
      List<DeviceListItem> rows = page(place, offset).getResultList();
      if (!isAscending(rows)) {
        leaveOrder(place, last);
        return;
      }
      boolean fits =
          offset == 0 || (!rows.isEmpty() && rows.get(0).getDevEui().compareTo(last) <= 0);
      if (!fits) {
        offset = Math.max(0, offset - stepBack);
        stepBack *= 10;
        continue;
      }
      stepBack = 1;
      String told = last;
      tell(place, rows.stream().filter(row -> row.getDevEui().compareTo(told) > 0).toList());
      if (rows.size() < limit) {
        return;
      }
      String end = rows.get(rows.size() - 1).getDevEui();
      // After a step back a whole page may lie before what was told already.
      last = end.compareTo(last) > 0 ? end : last;
      offset += rows.size() - 1;
    }
  }

  /**
   * The server says it can list by EUI, and does not. Nothing is lost as long as nothing was told.
   */
  private void leaveOrder(Place place, String last) throws InterruptedException {
    if (!last.isEmpty()) {
      throw new ApiException(
          FailureKind.TRANSIENT,
          "application "
              + place.applicationId()
              + ": its list of devices came out of order, so it may be incomplete; try again");
    }
    tell(place, inOnePiece(place));
  }

  /** Asks for smaller pages where one is larger than a message may be. */
  private ListDevicesResponse page(Place place, int offset) throws InterruptedException {
    while (true) {
      try {
        return list(place, limit, offset);
      } catch (ApiException e) {
        if (!isTooLarge(e) || limit == SMALLEST_PAGE) {
          throw e;
        }
        limit = Math.max(SMALLEST_PAGE, limit / 2);
      }
    }
  }

  private List<DeviceListItem> inOnePiece(Place place) throws InterruptedException {
    return UnpagedList.list(
        firstLimit,
        whole -> list(place, whole, 0),
        ListDevicesResponse::getResultList,
        ListDevicesResponse::getTotalCount);
  }

  private ListDevicesResponse list(Place place, int rows, int offset) throws InterruptedException {
    return await(
        calls.call(
            Operation.read(Subject.application(place.applicationId())),
            DeviceServiceGrpc.getListMethod(),
            ListDevicesRequest.newBuilder()
                .setApplicationId(place.applicationId())
                .setOrderBy(OrderBy.DEV_EUI)
                .setLimit(rows)
                .setOffset(offset)
                .build()));
  }

  private void tell(Place place, List<DeviceListItem> rows) {
    if (!rows.isEmpty()) {
      page.accept(rows.stream().map(row -> ProtoMapping.device(row, place, byEui)).toList());
    }
  }

  private static boolean isTooLarge(ApiException e) {
    return e.getCause() instanceof RpcFailure failure
        && TransportErrors.answerTooLarge(failure.status());
  }

  private static boolean isAscending(List<DeviceListItem> rows) {
    for (int i = 1; i < rows.size(); i++) {
      if (rows.get(i - 1).getDevEui().compareTo(rows.get(i).getDevEui()) >= 0) {
        return false;
      }
    }
    return true;
  }
}
