package io.github.chirpconnect.api.v4.inventory;

import static io.github.chirpconnect.api.grpc.Futures.await;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.api.Subject;
import io.github.chirpconnect.api.grpc.AbstractClassifiedCalls;
import io.github.chirpconnect.api.grpc.Operation;
import io.github.chirpconnect.api.inventory.Found;
import io.github.chirpconnect.api.inventory.Tenancy;
import io.github.chirpconnect.api.inventory.UnpagedList;
import io.github.chirpconnect.proto.v4.Application;
import io.github.chirpconnect.proto.v4.ApplicationServiceGrpc;
import io.github.chirpconnect.proto.v4.GetApplicationRequest;
import io.github.chirpconnect.proto.v4.GetTenantRequest;
import io.github.chirpconnect.proto.v4.ListApplicationsRequest;
import io.github.chirpconnect.proto.v4.ListApplicationsResponse;
import io.github.chirpconnect.proto.v4.ListTenantsRequest;
import io.github.chirpconnect.proto.v4.ListTenantsResponse;
import io.github.chirpconnect.proto.v4.Tenant;
import io.github.chirpconnect.proto.v4.TenantServiceGrpc;
import java.util.List;

/** Listed in one piece: names are the order, and are not unique. */
public final class TenantsAndApplications implements Tenancy {
  private final AbstractClassifiedCalls calls;
  private final int firstList;

  /**
   * @param firstList rows that are asked for at first
   */
  public TenantsAndApplications(AbstractClassifiedCalls calls, int firstList) {
    this.calls = calls;
    this.firstList = firstList;
  }

  @Override
  public List<Found> tenants() throws InterruptedException {
    try {
      return UnpagedList.list(
              firstList,
              this::tenants,
              ListTenantsResponse::getResultList,
              ListTenantsResponse::getTotalCount)
          .stream()
          .map(item -> new Found(item.getId(), item.getName(), Place.NONE))
          .toList();
    } catch (ApiException e) {
      if (e.kind() == FailureKind.NOT_PERMITTED) {
        throw new ApiException(
            FailureKind.NOT_PERMITTED,
            "the API key is a tenant's, and cannot ask which one: set chirpstack.tenant.ids (or chirpstack.application.ids), or use"
                + " an admin key",
            e);
      }
      throw e;
    }
  }

  private ListTenantsResponse tenants(int limit) throws InterruptedException {
    return await(
        calls.call(
            Operation.read(Subject.other("the list of tenants")),
            TenantServiceGrpc.getListMethod(),
            ListTenantsRequest.newBuilder().setLimit(limit).build()));
  }

  @Override
  public Found tenant(String id) throws InterruptedException {
    Tenant tenant =
        await(
                calls.call(
                    Operation.read(Subject.tenant(id)),
                    TenantServiceGrpc.getGetMethod(),
                    GetTenantRequest.newBuilder().setId(id).build()))
            .getTenant();
    return new Found(tenant.getId(), tenant.getName(), Place.NONE);
  }

  @Override
  public List<Found> applications(String tenantId) throws InterruptedException {
    Place tenant = Place.tenant(tenantId, null);
    return UnpagedList.list(
            firstList,
            limit -> applications(tenantId, limit),
            ListApplicationsResponse::getResultList,
            ListApplicationsResponse::getTotalCount)
        .stream()
        .map(item -> new Found(item.getId(), item.getName(), tenant))
        .toList();
  }

  private ListApplicationsResponse applications(String tenantId, int limit)
      throws InterruptedException {
    return await(
        calls.call(
            Operation.read(Subject.other("the list of applications of tenant " + tenantId)),
            ApplicationServiceGrpc.getListMethod(),
            ListApplicationsRequest.newBuilder().setTenantId(tenantId).setLimit(limit).build()));
  }

  @Override
  public Found application(String id) throws InterruptedException {
    Application application =
        await(
                calls.call(
                    Operation.read(Subject.application(id)),
                    ApplicationServiceGrpc.getGetMethod(),
                    GetApplicationRequest.newBuilder().setId(id).build()))
            .getApplication();
    return new Found(
        application.getId(), application.getName(), Place.tenant(application.getTenantId(), null));
  }
}
