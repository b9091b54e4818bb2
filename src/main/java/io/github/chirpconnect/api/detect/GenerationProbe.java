package io.github.chirpconnect.api.detect;

import static io.github.chirpconnect.api.FailureKind.WRONG_SERVER;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.Subject;
import io.github.chirpconnect.api.grpc.Futures;
import io.github.chirpconnect.api.grpc.Operation;
import io.github.chirpconnect.api.grpc.RpcFailure;
import io.github.chirpconnect.api.grpc.TransportErrors;
import io.github.chirpconnect.api.grpc.UnaryCalls;
import io.github.chirpconnect.api.grpc.Verdict;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.proto.v3.ListOrganizationRequest;
import io.github.chirpconnect.proto.v3.OrganizationServiceGrpc;
import io.github.chirpconnect.proto.v4.ListTenantsRequest;
import io.github.chirpconnect.proto.v4.TenantServiceGrpc;
import io.grpc.Status;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Asks a server for its generation. Only v3 has organizations, only v4 has tenants. A server looks
 * up the method before it checks the token. So both lists are requested without a token: the server
 * refuses a method that it has as UNAUTHENTICATED, and one that it lacks as UNIMPLEMENTED. Over
 * REST these are 401 and 404.
 */
final class GenerationProbe {
  private static final Operation QUESTION = Operation.read(Subject.of(Subject.Type.GENERATION));
  private static final String SET_IT = "set chirpstack.api.version to v3 or v4";

  private final UnaryCalls anonymous;

  /**
   * @param anonymous calls without a token
   */
  GenerationProbe(UnaryCalls anonymous) {
    this.anonymous = anonymous;
  }

  /**
   * @return fails with {@link ApiException}: {@link
   *     io.github.chirpconnect.api.FailureKind#WRONG_SERVER} if the server is neither
   */
  CompletableFuture<Generation> ask() {
    CompletableFuture<RpcFailure> organizations =
        refusal(
            anonymous.call(
                OrganizationServiceGrpc.getListMethod(),
                ListOrganizationRequest.getDefaultInstance()));
    CompletableFuture<RpcFailure> tenants =
        refusal(
            anonymous.call(
                TenantServiceGrpc.getListMethod(), ListTenantsRequest.getDefaultInstance()));
    return Futures.published(
        QUESTION, organizations.thenCombine(tenants, GenerationProbe::decide), null);
  }

  private static CompletableFuture<RpcFailure> refusal(CompletableFuture<?> call) {
    return call.handle((answer, e) -> Futures.callFailure(e));
  }

  /**
   * @param organizations the refusal of the list of organizations; null if it was not refused
   * @param tenants the same for the list of tenants
   */
  static Generation decide(RpcFailure organizations, RpcFailure tenants) {
    if (isKnown(organizations) && isUnknown(tenants)) {
      return Generation.V3;
    }
    if (isKnown(tenants) && isUnknown(organizations)) {
      return Generation.V4;
    }
    if (isKnown(organizations) && isKnown(tenants)) {
      throw new ApiException(
          WRONG_SERVER,
          "what answers refuses calls of ChirpStack v3 and v4 alike, as a proxy would that wants a token; "
              + SET_IT);
    }
    boolean neither = isUnknown(organizations) && isUnknown(tenants);
    RpcFailure telling =
        isKnown(organizations) || isUnknown(organizations) ? tenants : organizations;
    throw verdict(telling, neither).exception(telling);
  }

  private static Verdict verdict(RpcFailure failure, boolean neither) {
    Status status = failure.status();
    Optional<Verdict> connection = TransportErrors.judge(QUESTION, failure, Generation.V4);
    boolean refused =
        status.getCode() == Status.Code.PERMISSION_DENIED
            || status.getCode() == Status.Code.UNAUTHENTICATED;
    if (refused && connection.isPresent()) {
      return new Verdict(
          connection.get().kind(),
          connection.get().subject(),
          connection.get().sentence()
              + ". If it only refuses calls without a token, by which the server's generation is found"
              + ", "
              + SET_IT);
    }
    return connection.orElseGet(
        () ->
            neither
                ? Verdict.ofServer(
                    WRONG_SERVER,
                    "what answers has neither the organizations of ChirpStack v3 nor the tenants of v4 ("
                        + TransportErrors.shorten(TransportErrors.trace(status))
                        + "); check the URL")
                : TransportErrors.outage(QUESTION, failure, TransportErrors.trace(status)));
  }

  private static boolean isKnown(RpcFailure failure) {
    return failure == null || (failure.refused() && !TransportErrors.isPage(failure.status()));
  }

  private static boolean isUnknown(RpcFailure failure) {
    return failure != null && failure.status().getCode() == Status.Code.UNIMPLEMENTED;
  }
}
