package io.github.chirpconnect.api.v3.inventory;

import static io.github.chirpconnect.api.grpc.Futures.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.api.Scope;
import io.github.chirpconnect.api.Subject;
import io.github.chirpconnect.api.grpc.AbstractClassifiedCalls;
import io.github.chirpconnect.api.grpc.Operation;
import io.github.chirpconnect.api.inventory.Found;
import io.github.chirpconnect.api.inventory.Tenancy;
import io.github.chirpconnect.api.inventory.UnpagedList;
import io.github.chirpconnect.proto.v3.Application;
import io.github.chirpconnect.proto.v3.ApplicationServiceGrpc;
import io.github.chirpconnect.proto.v3.GetApplicationRequest;
import io.github.chirpconnect.proto.v3.GetOrganizationRequest;
import io.github.chirpconnect.proto.v3.GetOrganizationResponse;
import io.github.chirpconnect.proto.v3.ListApplicationRequest;
import io.github.chirpconnect.proto.v3.ListApplicationResponse;
import io.github.chirpconnect.proto.v3.ListOrganizationRequest;
import io.github.chirpconnect.proto.v3.ListOrganizationResponse;
import io.github.chirpconnect.proto.v3.Organization;
import io.github.chirpconnect.proto.v3.OrganizationListItem;
import io.github.chirpconnect.proto.v3.OrganizationServiceGrpc;
import java.util.List;

/**
 * Organizations, which v4 calls tenants, and their applications. They are read in one call, because
 * organizations are sorted by a name that is not unique. Only a global admin key may list the
 * organizations; an organization's key must name its own, an application's key its application.
 */
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

  /**
   * The scope with its numeric ids in canonical form.
   *
   * @throws ApiException {@link FailureKind#BAD_REQUEST} if an id is not a number
   */
  public static Scope canonical(Scope scope) {
    return new Scope(
        ids(scope.tenantIds(), "organization", "chirpstack.tenant.ids"),
        ids(scope.applicationIds(), "application", "chirpstack.application.ids"));
  }

  private static List<String> ids(List<String> texts, String what, String key) {
    return texts.stream().map(text -> id(text, what, key)).toList();
  }

  private static String id(String text, String what, String key) {
    try {
      long id = Long.parseLong(text);
      if (id <= 0) {
        throw new NumberFormatException("not positive");
      }
      return Long.toString(id);
    } catch (NumberFormatException e) {
      throw new ApiException(
          FailureKind.BAD_REQUEST,
          what + " " + text + " (" + key + ") has no id of ChirpStack v3, where ids are numbers",
          e);
    }
  }

  @Override
  public List<Found> tenants() throws InterruptedException {
    return UnpagedList.list(
            firstList,
            this::organizations,
            ListOrganizationResponse::getResultList,
            ListOrganizationResponse::getTotalCount)
        .stream()
        .map(TenantsAndApplications::found)
        .toList();
  }

  @Override
  public String notAnAdmin() {
    return "the API key is an organization's or an application's, and cannot ask which one: set chirpstack.tenant.ids to the"
        + " organization's id (or chirpstack.application.ids to the application's), or use a global admin key";
  }

  private ListOrganizationResponse organizations(int limit) throws InterruptedException {
    return await(
        calls.call(
            Operation.read(Subject.other("the list of organizations")),
            OrganizationServiceGrpc.getListMethod(),
            ListOrganizationRequest.newBuilder().setLimit(limit).build()));
  }

  @Override
  public Found tenant(String id) throws InterruptedException {
    GetOrganizationResponse answer =
        await(
            calls.call(
                Operation.read(Subject.other("organization " + id)),
                OrganizationServiceGrpc.getGetMethod(),
                GetOrganizationRequest.newBuilder().setId(Long.parseLong(id)).build()));
    Organization organization = answer.getOrganization();
    OrganizationListItem.Builder item =
        OrganizationListItem.newBuilder()
            .setId(organization.getId())
            .setName(organization.getName())
            .setDisplayName(organization.getDisplayName())
            .setCanHaveGateways(organization.getCanHaveGateways());
    if (answer.hasCreatedAt()) {
      item.setCreatedAt(answer.getCreatedAt());
    }
    if (answer.hasUpdatedAt()) {
      item.setUpdatedAt(answer.getUpdatedAt());
    }
    return found(item.build());
  }

  /**
   * Uses the display name, as v4's tenants have it. An entity is the same whether it was listed or
   * requested by its id, so the limits, which a list lacks, are left out of both.
   */
  private static Found found(OrganizationListItem item) {
    String id = Long.toString(item.getId());
    String name = item.getDisplayName().isBlank() ? item.getName() : item.getDisplayName();
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("id", id);
    V4Form.time(body, "createdAt", item.hasCreatedAt(), item.getCreatedAt());
    V4Form.time(body, "updatedAt", item.hasUpdatedAt(), item.getUpdatedAt());
    body.put("name", name);
    body.put("canHaveGateways", item.getCanHaveGateways());
    V4Form.unknown(
        body, "privateGatewaysUp", "privateGatewaysDown", "maxGatewayCount", "maxDeviceCount");
    return new Found(id, name, Place.NONE, body);
  }

  private static Found found(long applicationId, String name, String description, String tenantId) {
    String id = Long.toString(applicationId);
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("id", id);
    body.put("name", name);
    body.put("description", description);
    V4Form.unknown(body, "createdAt", "updatedAt");
    return new Found(id, name, Place.tenant(tenantId, null), body);
  }

  @Override
  public List<Found> applications(String tenantId) throws InterruptedException {
    return UnpagedList.list(
            firstList,
            limit -> applications(tenantId, limit),
            ListApplicationResponse::getResultList,
            ListApplicationResponse::getTotalCount)
        .stream()
        .map(item -> found(item.getId(), item.getName(), item.getDescription(), tenantId))
        .toList();
  }

  private ListApplicationResponse applications(String tenantId, int limit)
      throws InterruptedException {
    return await(
        calls.call(
            Operation.read(Subject.other("the list of applications of organization " + tenantId)),
            ApplicationServiceGrpc.getListMethod(),
            ListApplicationRequest.newBuilder()
                .setOrganizationId(Long.parseLong(tenantId))
                .setLimit(limit)
                .build()));
  }

  @Override
  public Found application(String id) throws InterruptedException {
    Application application =
        await(
                calls.call(
                    Operation.read(Subject.application(id)),
                    ApplicationServiceGrpc.getGetMethod(),
                    GetApplicationRequest.newBuilder().setId(Long.parseLong(id)).build()))
            .getApplication();
    return found(
        application.getId(),
        application.getName(),
        application.getDescription(),
        Long.toString(application.getOrganizationId()));
  }
}
