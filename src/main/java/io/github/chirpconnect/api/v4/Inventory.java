package io.github.chirpconnect.api.v4;

import static io.github.chirpconnect.api.grpc.Futures.await;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.DeviceWalk;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Scope;
import io.github.chirpconnect.api.Subject;
import io.github.chirpconnect.api.grpc.Operation;
import io.github.chirpconnect.api.grpc.Refusals;
import io.github.chirpconnect.api.grpc.UnpagedList;
import io.github.chirpconnect.api.v4.Capabilities.Capability;
import io.github.chirpconnect.api.v4.ProtoMapping.Place;
import io.github.chirpconnect.proto.v4.Application;
import io.github.chirpconnect.proto.v4.ApplicationListItem;
import io.github.chirpconnect.proto.v4.ApplicationServiceGrpc;
import io.github.chirpconnect.proto.v4.GetApplicationRequest;
import io.github.chirpconnect.proto.v4.GetTenantRequest;
import io.github.chirpconnect.proto.v4.ListApplicationsRequest;
import io.github.chirpconnect.proto.v4.ListApplicationsResponse;
import io.github.chirpconnect.proto.v4.ListTenantsRequest;
import io.github.chirpconnect.proto.v4.ListTenantsResponse;
import io.github.chirpconnect.proto.v4.Tenant;
import io.github.chirpconnect.proto.v4.TenantListItem;
import io.github.chirpconnect.proto.v4.TenantServiceGrpc;
import io.grpc.MethodDescriptor;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Walks tenants, their applications, and the devices of these, one call at a time: the server's few
 * database connections are the network's too.
 *
 * <p>Two things are looked up rather than listed. An admin key that lists an unknown tenant or
 * application gets an empty list, so whatever the scope names is got by id first. And a key without
 * rights gets the same answer as one that asks for what is gone, so an application that refuses its
 * list in the middle of a walk is passed over only when its tenant still answers. What is named and
 * not there is told, and the rest is walked: it may have been deleted.
 */
final class Inventory {
  /**
   * Rows of one list of tenants or applications; asked for in one piece, as their order is not
   * unique.
   */
  private static final int FIRST_LIST = 1_000;

  private final ClassifiedCalls calls;
  private final Capabilities capabilities;
  private final Sizes sizes;

  /**
   * @param firstList rows asked for at first where a list has to come in one piece
   * @param devicePage devices in a page
   */
  record Sizes(int firstList, int devicePage) {
    /** A page costs the server what it skips, not what it carries: 10,000 devices are 1.4 MB. */
    static final Sizes DEFAULT = new Sizes(FIRST_LIST, 10_000);
  }

  public Inventory(ClassifiedCalls calls, Capabilities capabilities, Sizes sizes) {
    this.calls = calls;
    this.capabilities = capabilities;
    this.sizes = sizes;
  }

  void walk(Scope scope, DeviceWalk walk) throws InterruptedException {
    boolean byEui = await(capabilities.has(Capability.LIST_BY_EUI));
    DevicePages pages = new DevicePages(calls, byEui, sizes, walk::page);
    Map<String, String> tenantNames = new LinkedHashMap<>();
    Map<String, Place> applications = new LinkedHashMap<>();
    if (scope.equals(Scope.ALL)) {
      tenantNames.putAll(allTenants());
    } else {
      Refusals.named(
          Subject::tenant,
          scope.tenantIds(),
          walk,
          id -> {
            Tenant tenant = tenant(id);
            tenantNames.put(tenant.getId(), tenant.getName());
          });
      Map<String, String> otherNames = new HashMap<>(tenantNames);
      Refusals.named(
          Subject::application,
          scope.applicationIds(),
          walk,
          id -> applications.put(id, application(id, otherNames)));
    }
    Set<String> walked = new HashSet<>();
    for (Map.Entry<String, String> tenant : tenantNames.entrySet()) {
      for (ApplicationListItem application : applications(tenant.getKey())) {
        walked.add(application.getId());
        Place place =
            new Place(
                tenant.getKey(), tenant.getValue(), application.getId(), application.getName());
        // A tenant's key is refused the application that was deleted since it was listed.
        Refusals.unlessGone(() -> pages.walk(place), () -> stillListed(place));
      }
    }
    for (Place place : applications.values()) {
      if (walked.add(place.applicationId())) {
        Refusals.unlessGone(
            () -> pages.walk(place),
            () -> Refusals.arePermitted(() -> getApplication(place.applicationId())));
      }
    }
  }

  /** Throws when the tenant is refused as well: then it is the key. */
  private boolean stillListed(Place place) throws InterruptedException {
    return applications(place.tenantId()).stream()
        .anyMatch(application -> application.getId().equals(place.applicationId()));
  }

  /**
   * @param tenantNames by id, as far as they are known
   */
  private Place application(String id, Map<String, String> tenantNames)
      throws InterruptedException {
    Application application = getApplication(id);
    String tenantId = application.getTenantId();
    if (!tenantNames.containsKey(tenantId)) {
      tenantNames.put(tenantId, tenant(tenantId).getName());
    }
    return new Place(
        tenantId, tenantNames.get(tenantId), application.getId(), application.getName());
  }

  private Application getApplication(String id) throws InterruptedException {
    return await(
            calls.call(
                Operation.read(Subject.application(id)),
                ApplicationServiceGrpc.getGetMethod(),
                GetApplicationRequest.newBuilder().setId(id).build()))
        .getApplication();
  }

  private Tenant tenant(String id) throws InterruptedException {
    return await(
            calls.call(
                Operation.read(Subject.tenant(id)),
                TenantServiceGrpc.getGetMethod(),
                GetTenantRequest.newBuilder().setId(id).build()))
        .getTenant();
  }

  private Map<String, String> allTenants() throws InterruptedException {
    Map<String, String> names = new LinkedHashMap<>();
    try {
      for (TenantListItem tenant : listedTenants()) {
        names.put(tenant.getId(), tenant.getName());
      }
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
    return names;
  }

  private List<TenantListItem> listedTenants() throws InterruptedException {
    return inOnePiece(
        Operation.read(Subject.other("the list of tenants")),
        TenantServiceGrpc.getListMethod(),
        limit -> ListTenantsRequest.newBuilder().setLimit(limit).build(),
        ListTenantsResponse::getResultList,
        ListTenantsResponse::getTotalCount);
  }

  private List<ApplicationListItem> applications(String tenantId) throws InterruptedException {
    return inOnePiece(
        Operation.read(Subject.other("the list of applications of tenant " + tenantId)),
        ApplicationServiceGrpc.getListMethod(),
        limit -> ListApplicationsRequest.newBuilder().setTenantId(tenantId).setLimit(limit).build(),
        ListApplicationsResponse::getResultList,
        ListApplicationsResponse::getTotalCount);
  }

  private <Q, A, T> List<T> inOnePiece(
      Operation operation,
      MethodDescriptor<Q, A> method,
      java.util.function.IntFunction<Q> request,
      Function<A, List<T>> rows,
      java.util.function.ToIntFunction<A> total)
      throws InterruptedException {
    return UnpagedList.list(
        sizes.firstList(),
        limit -> await(calls.call(operation, method, request.apply(limit))),
        rows,
        total);
  }
}
