package io.github.chirpconnect.api.v4.inventory;

import io.github.chirpconnect.api.SeenDevice;
import io.github.chirpconnect.api.Subject;
import io.github.chirpconnect.api.grpc.AbstractClassifiedCalls;
import io.github.chirpconnect.api.grpc.Operation;
import io.github.chirpconnect.proto.v4.DeviceListItem;
import io.github.chirpconnect.proto.v4.DeviceServiceGrpc;
import io.github.chirpconnect.proto.v4.ListDevicesRequest;
import io.github.chirpconnect.proto.v4.ListDevicesRequest.OrderBy;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** As {@link io.github.chirpconnect.api.ChirpStack#lastSeen}, of a server that has the order. */
public final class RecentDevices {
  private final AbstractClassifiedCalls calls;
  private final DeviceLister lister = new DeviceLister();

  public RecentDevices(AbstractClassifiedCalls calls) {
    this.calls = calls;
  }

  public CompletableFuture<Optional<List<SeenDevice>>> list(
      String applicationId, int limit, int offset) {
    return calls
        .call(
            Operation.read(Subject.application(applicationId)),
            DeviceServiceGrpc.getListMethod(),
            ListDevicesRequest.newBuilder()
                .setApplicationId(applicationId)
                .setOrderBy(OrderBy.LAST_SEEN_AT)
                .setOrderByDesc(true)
                .setLimit(limit)
                .setOffset(offset)
                .build())
        .thenApply(answer -> Optional.of(answer.getResultList().stream().map(this::seen).toList()));
  }

  private SeenDevice seen(DeviceListItem row) {
    return new SeenDevice(lister.id(row), lister.lastSeenAt(row));
  }
}
