package io.github.chirpconnect.api.v3;

import static io.github.chirpconnect.api.grpc.Futures.await;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.Device;
import io.github.chirpconnect.api.Subject;
import io.github.chirpconnect.api.grpc.Operation;
import io.github.chirpconnect.api.grpc.RpcFailure;
import io.github.chirpconnect.api.grpc.TransportErrors;
import io.github.chirpconnect.api.v3.ProtoMapping.Place;
import io.github.chirpconnect.proto.v3.DeviceListItem;
import io.github.chirpconnect.proto.v3.DeviceServiceGrpc;
import io.github.chirpconnect.proto.v3.ListDeviceRequest;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The devices of one application after another, in pages by offset over a table that is not still.
 * The list is in the order of names, which are unique in an application, as the database collates
 * them. Pages overlap by one row: where a device before the page was deleted or renamed, those
 * behind it move up, the page does not begin with a device known already, and the walk steps back
 * until it does. So no device is skipped that was there all the time and kept its name, and none is
 * told twice.
 */
final class DevicePages {
  private static final int SMALLEST_PAGE = 2;

  private final ClassifiedCalls calls;
  private final Consumer<List<Device>> page;

  /**
   * Kept from application to application: where a page of this size was too large, the next will
   * be.
   */
  private int limit;

  DevicePages(ClassifiedCalls calls, Inventory.Sizes sizes, Consumer<List<Device>> page) {
    this.calls = calls;
    this.page = page;
    this.limit = sizes.devicePage();
  }

  void walk(Place place) throws InterruptedException {
    Set<String> told = new HashSet<>();
    long offset = 0;
    long stepBack = 1;
    while (true) {
      List<DeviceListItem> rows = page(place, offset);
      boolean fits = offset == 0 || (!rows.isEmpty() && told.contains(rows.get(0).getDevEui()));
      if (!fits) {
        offset = Math.max(0, offset - stepBack);
        stepBack *= 10;
        continue;
      }
      stepBack = 1;
      tell(place, rows.stream().filter(row -> told.add(row.getDevEui())).toList());
      if (rows.size() < limit) {
        return;
      }
      offset += rows.size() - 1;
    }
  }

  /** Asks for smaller pages where one is larger than a message may be. */
  private List<DeviceListItem> page(Place place, long offset) throws InterruptedException {
    while (true) {
      try {
        return list(place, offset);
      } catch (ApiException e) {
        if (!isTooLarge(e) || limit == SMALLEST_PAGE) {
          throw e;
        }
        limit = Math.max(SMALLEST_PAGE, limit / 2);
      }
    }
  }

  private List<DeviceListItem> list(Place place, long offset) throws InterruptedException {
    return await(
            calls.call(
                Operation.read(Subject.application(String.valueOf(place.applicationId()))),
                DeviceServiceGrpc.getListMethod(),
                ListDeviceRequest.newBuilder()
                    .setApplicationId(place.applicationId())
                    .setLimit(limit)
                    .setOffset(offset)
                    .build()))
        .getResultList();
  }

  private void tell(Place place, List<DeviceListItem> rows) {
    if (!rows.isEmpty()) {
      page.accept(rows.stream().map(row -> ProtoMapping.device(row, place)).toList());
    }
  }

  private static boolean isTooLarge(ApiException e) {
    return e.getCause() instanceof RpcFailure failure
        && TransportErrors.answerTooLarge(failure.status());
  }
}
