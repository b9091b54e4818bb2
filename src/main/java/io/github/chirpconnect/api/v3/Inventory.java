package io.github.chirpconnect.api.v3;

import static io.github.chirpconnect.api.grpc.Futures.await;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.DeviceWalk;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Scope;
import io.github.chirpconnect.api.Subject;
import io.github.chirpconnect.api.grpc.Operation;
import io.github.chirpconnect.api.grpc.Refusals;
import io.github.chirpconnect.api.grpc.UnpagedList;
import io.github.chirpconnect.api.v3.ProtoMapping.Place;
import io.github.chirpconnect.proto.v3.Application;
import io.github.chirpconnect.proto.v3.ApplicationListItem;
import io.github.chirpconnect.proto.v3.ApplicationServiceGrpc;
import io.github.chirpconnect.proto.v3.GetApplicationRequest;
import io.github.chirpconnect.proto.v3.GetOrganizationRequest;
import io.github.chirpconnect.proto.v3.ListApplicationRequest;
import io.github.chirpconnect.proto.v3.ListApplicationResponse;
import io.github.chirpconnect.proto.v3.ListOrganizationRequest;
import io.github.chirpconnect.proto.v3.ListOrganizationResponse;
import io.github.chirpconnect.proto.v3.Organization;
import io.github.chirpconnect.proto.v3.OrganizationListItem;
import io.github.chirpconnect.proto.v3.OrganizationServiceGrpc;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Walks organizations, their applications, and the devices of these, one call at a time. No API key
 * may list all devices at once.
 *
 * <p>Only a global admin key may list the organizations; an organization's key has to name its own,
 * an application's key its application. An admin key that lists an unknown organization or
 * application gets an empty list, so whatever the scope names is got by id first. And a key without
 * rights gets the same answer as one that asks for what is gone, so an application that refuses its
 * list in the middle of a walk is passed over only when its organization still answers. What is
 * named and not there is told, and the rest is walked: it may have been deleted.
 */
final class Inventory {
  private final ClassifiedCalls calls;
  private final Sizes sizes;

  /**
   * @param firstList rows of organizations or applications asked for at first: such a list has to
   *     come in one piece, as organizations are in the order of a name that is not unique
   * @param devicePage devices in a page
   */
  record Sizes(int firstList, int devicePage) {
    static final Sizes DEFAULT = new Sizes(1_000, 10_000);
  }

  public Inventory(ClassifiedCalls calls, Sizes sizes) {
    this.calls = calls;
    this.sizes = sizes;
  }

  void walk(Scope scope, DeviceWalk walk) throws InterruptedException {
    List<Long> organizationIds = ids(scope.tenantIds(), "organization", "chirpstack.tenant.ids");
    List<Long> applicationIds =
        ids(scope.applicationIds(), "application", "chirpstack.application.ids");
    DevicePages pages = new DevicePages(calls, sizes, walk::page);
    Map<Long, String> names = new LinkedHashMap<>();
    Map<Long, Place> applications = new LinkedHashMap<>();
    if (scope.equals(Scope.ALL)) {
      names.putAll(allOrganizations());
    } else {
      Refusals.named(Subject::tenant, organizationIds, walk, id -> names.put(id, name(id)));
      Map<Long, String> otherNames = new HashMap<>(names);
      Refusals.named(
          Subject::application,
          applicationIds,
          walk,
          id -> applications.put(id, application(id, otherNames)));
    }
    Set<Long> walked = new HashSet<>();
    for (Map.Entry<Long, String> organization : names.entrySet()) {
      for (ApplicationListItem application : applications(organization.getKey())) {
        walked.add(application.getId());
        Place place =
            new Place(
                organization.getKey(),
                organization.getValue(),
                application.getId(),
                application.getName());
        // An organization's key is refused the application that was deleted since it was listed.
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

  private static List<Long> ids(List<String> texts, String what, String key) {
    List<Long> ids = new ArrayList<>();
    for (String text : texts) {
      try {
        long id = Long.parseLong(text);
        if (id <= 0) {
          throw new NumberFormatException("not positive");
        }
        ids.add(id);
      } catch (NumberFormatException e) {
        throw new ApiException(
            FailureKind.BAD_REQUEST,
            what + " " + text + " (" + key + ") has no id of ChirpStack v3, where ids are numbers",
            e);
      }
    }
    return ids;
  }

  /** Throws when the organization is refused as well: then it is the key. */
  private boolean stillListed(Place place) throws InterruptedException {
    return applications(place.organizationId()).stream()
        .anyMatch(application -> application.getId() == place.applicationId());
  }

  /**
   * @param names of organizations by id, as far as they are known
   */
  private Place application(long id, Map<Long, String> names) throws InterruptedException {
    Application application = getApplication(id);
    long organizationId = application.getOrganizationId();
    if (!names.containsKey(organizationId)) {
      names.put(organizationId, nameIfPermitted(organizationId));
    }
    return new Place(organizationId, names.get(organizationId), id, application.getName());
  }

  private Application getApplication(long id) throws InterruptedException {
    return await(
            calls.call(
                Operation.read(Subject.application(String.valueOf(id))),
                ApplicationServiceGrpc.getGetMethod(),
                GetApplicationRequest.newBuilder().setId(id).build()))
        .getApplication();
  }

  /** An application's key may not ask for its organization. */
  private String nameIfPermitted(long organizationId) throws InterruptedException {
    try {
      return name(organizationId);
    } catch (ApiException e) {
      if (e.kind() == FailureKind.NOT_PERMITTED) {
        return null;
      }
      throw e;
    }
  }

  private String name(long organizationId) throws InterruptedException {
    Organization organization =
        await(
                calls.call(
                    Operation.read(Subject.other("organization " + organizationId)),
                    OrganizationServiceGrpc.getGetMethod(),
                    GetOrganizationRequest.newBuilder().setId(organizationId).build()))
            .getOrganization();
    return displayed(organization.getDisplayName(), organization.getName());
  }

  private Map<Long, String> allOrganizations() throws InterruptedException {
    Map<Long, String> names = new LinkedHashMap<>();
    try {
      for (OrganizationListItem item : listedOrganizations()) {
        names.put(item.getId(), displayed(item.getDisplayName(), item.getName()));
      }
    } catch (ApiException e) {
      if (e.kind() == FailureKind.NOT_PERMITTED) {
        throw new ApiException(
            FailureKind.NOT_PERMITTED,
            "the API key is an organization's or an application's, and cannot ask which one: set chirpstack.tenant.ids to the"
                + " organization's id (or chirpstack.application.ids to the application's), or use a global admin key",
            e);
      }
      throw e;
    }
    return names;
  }

  /** Of the two names the one for people, as a tenant of v4 has. */
  private static String displayed(String displayName, String name) {
    return displayName.isBlank() ? name : displayName;
  }

  private List<OrganizationListItem> listedOrganizations() throws InterruptedException {
    return UnpagedList.list(
        sizes.firstList(),
        limit ->
            await(
                calls.call(
                    Operation.read(Subject.other("the list of organizations")),
                    OrganizationServiceGrpc.getListMethod(),
                    ListOrganizationRequest.newBuilder().setLimit(limit).build())),
        ListOrganizationResponse::getResultList,
        answer -> Math.toIntExact(answer.getTotalCount()));
  }

  private List<ApplicationListItem> applications(long organizationId) throws InterruptedException {
    return UnpagedList.list(
        sizes.firstList(),
        limit ->
            await(
                calls.call(
                    Operation.read(
                        Subject.other(
                            "the list of applications of organization " + organizationId)),
                    ApplicationServiceGrpc.getListMethod(),
                    ListApplicationRequest.newBuilder()
                        .setOrganizationId(organizationId)
                        .setLimit(limit)
                        .build())),
        ListApplicationResponse::getResultList,
        answer -> Math.toIntExact(answer.getTotalCount()));
  }
}
