package io.github.chirpconnect.api.grpc;

import io.grpc.Status;

/** A call that ended with another status than OK, not yet judged. */
public final class RpcFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Status status;
  private final boolean sent;

  /**
   * @param sent whether the request was handed to a connection, so that the server may have got it.
   *     False is certain; true is a possibility
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
}
