package io.github.chirpconnect.api.grpc;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.common.StageFailure;
import io.grpc.Status;

/** A call that ended with a status other than OK, not yet classified. */
public final class RpcFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Status status;
  private final boolean sent;

  /**
   * @param sent whether the request was handed to a connection, so that the server may have
   *     received it. False is certain; true is a possibility
   */
  public RpcFailure(Status status, boolean sent) {
    super(status.toString(), status.getCause(), false, false);
    this.status = status;
    this.sent = sent;
  }

  public Status status() {
    return status;
  }

  public boolean sent() {
    return sent;
  }

  public boolean refused() {
    return status.getCode() == Status.Code.UNAUTHENTICATED;
  }

  /**
   * Whether a ChirpStack answered that it does not know the method, because its release is older.
   */
  public static boolean isUnknownMethod(Throwable e) {
    return StageFailure.cause(e) instanceof ApiException known
        && known.getCause() instanceof RpcFailure failure
        && failure.status().getCode() == Status.Code.UNIMPLEMENTED
        && !TransportErrors.isPage(failure.status());
  }
}
