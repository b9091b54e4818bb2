package io.github.chirpconnect.api.v4.inventory;

import static io.github.chirpconnect.api.grpc.Futures.await;

import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.api.Subject;
import io.github.chirpconnect.api.grpc.AbstractClassifiedCalls;
import io.github.chirpconnect.api.grpc.Operation;
import io.github.chirpconnect.api.grpc.ProtoJson;
import io.github.chirpconnect.api.inventory.Found;
import io.github.chirpconnect.api.inventory.Tenancy;
import io.github.chirpconnect.api.inventory.UnpagedList;
import io.github.chirpconnect.proto.v4.Application;
import io.github.chirpconnect.proto.v4.ApplicationListItem;
import io.github.chirpconnect.proto.v4.ApplicationServiceGrpc;
import io.github.chirpconnect.proto.v4.GetApplicationRequest;
import io.github.chirpconnect.proto.v4.GetApplicationResponse;
import io.github.chirpconnect.proto.v4.GetTenantRequest;
import io.github.chirpconnect.proto.v4.GetTenantResponse;
import io.github.chirpconnect.proto.v4.ListApplicationsRequest;
import io.github.chirpconnect.proto.v4.ListApplicationsResponse;
import io.github.chirpconnect.proto.v4.ListTenantsRequest;
import io.github.chirpconnect.proto.v4.ListTenantsResponse;
import io.github.chirpconnect.proto.v4.Tenant;
import io.github.chirpconnect.proto.v4.TenantListItem;
import io.github.chirpconnect.proto.v4.TenantServiceGrpc;
import java.util.List;

/** Read in one call: they are sorted by name, which is not unique. */
public final class TenantsAndApplications implements Tenancy {
  private final AbstractClassifiedCalls calls;
  private final int firstList;

  /**
   * @param firstList rows requested at first
   */
  public TenantsAndApplications(AbstractClassifiedCalls calls, int firstList) {
    this.calls = calls;
    this.firstList = firstList;
  }

  @Override
  public List<Found> tenants() throws InterruptedException {
    return UnpagedList.list(
            firstList,
            this::tenants,
            ListTenantsResponse::getResultList,
            ListTenantsResponse::getTotalCount)
        .stream()
        .map(TenantsAndApplications::found)
        .toList();
  }

  @Override
  public String notAnAdmin() {
    return "the API key is a tenant's, and cannot ask which one: set chirpstack.tenant.ids (or chirpstack.application.ids), or use"
        + " an admin key";
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
    return found(
        item(
            await(
                calls.call(
                    Operation.read(Subject.tenant(id)),
                    TenantServiceGrpc.getGetMethod(),
                    GetTenantRequest.newBuilder().setId(id).build()))));
  }

  @Override
  public List<Found> applications(String tenantId) throws InterruptedException {
    return UnpagedList.list(
            firstList,
            limit -> applications(tenantId, limit),
            ListApplicationsResponse::getResultList,
            ListApplicationsResponse::getTotalCount)
        .stream()
        .map(item -> found(item, tenantId))
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
    GetApplicationResponse answer =
        await(
            calls.call(
                Operation.read(Subject.application(id)),
                ApplicationServiceGrpc.getGetMethod(),
                GetApplicationRequest.newBuilder().setId(id).build()));
    return found(item(answer), answer.getApplication().getTenantId());
  }

  private static Found found(TenantListItem item) {
    return new Found(item.getId(), item.getName(), Place.NONE, ProtoJson.of(item));
  }

  private static Found found(ApplicationListItem item, String tenantId) {
    return new Found(
        item.getId(), item.getName(), Place.tenant(tenantId, null), ProtoJson.of(item));
  }

  /**
   * In the form of a list item: an entity is the same whether it was listed or requested by its id.
   */
  private static TenantListItem item(GetTenantResponse answer) {
    Tenant tenant = answer.getTenant();
    TenantListItem.Builder item =
        TenantListItem.newBuilder()
            .setId(tenant.getId())
            .setName(tenant.getName())
            .setCanHaveGateways(tenant.getCanHaveGateways())
            .setPrivateGatewaysUp(tenant.getPrivateGatewaysUp())
            .setPrivateGatewaysDown(tenant.getPrivateGatewaysDown())
            .setMaxGatewayCount(tenant.getMaxGatewayCount())
            .setMaxDeviceCount(tenant.getMaxDeviceCount());
    if (answer.hasCreatedAt()) {
      item.setCreatedAt(answer.getCreatedAt());
    }
    if (answer.hasUpdatedAt()) {
      item.setUpdatedAt(answer.getUpdatedAt());
    }
    return item.build();
  }

  private static ApplicationListItem item(GetApplicationResponse answer) {
    Application application = answer.getApplication();
    ApplicationListItem.Builder item =
        ApplicationListItem.newBuilder()
            .setId(application.getId())
            .setName(application.getName())
            .setDescription(application.getDescription());
    if (answer.hasCreatedAt()) {
      item.setCreatedAt(answer.getCreatedAt());
    }
    if (answer.hasUpdatedAt()) {
      item.setUpdatedAt(answer.getUpdatedAt());
    }
    return item.build();
  }
}
