package io.github.chirpconnect.api.v3;

import static io.github.chirpconnect.api.grpc.Answers.await;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.Device;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.Scope;
import io.github.chirpconnect.api.grpc.OnePiece;
import io.github.chirpconnect.api.grpc.Operation;
import io.github.chirpconnect.api.v3.Wire.Place;
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
import java.util.function.Consumer;

/**
 * Walks organizations, their applications, and the devices of these, one call at a time. No API key
 * may list all devices at once.
 *
 * <p>Only a global admin key may list the organizations; an organization's key has to name its own,
 * an application's key its application. An admin key that lists an unknown organization or
 * application gets an empty list, so whatever the scope names is got by id first. And a key without
 * rights gets the same answer as one that asks for what is gone, so an application that refuses its
 * list in the middle of a walk is passed over only when its organization still answers.
 */
final class Inventory {
  private final JudgedCalls calls;
  private final Sizes sizes;

  /**
   * @param firstList rows of organizations or applications asked for at first: such a list has to
   *     come in one piece, as organizations are in the order of a name that is not unique
   * @param devicePage devices in a page
   */
  record Sizes(int firstList, int devicePage) {
    static final Sizes DEFAULT = new Sizes(1_000, 10_000);
  }

  Inventory(JudgedCalls calls, Sizes sizes) {
    this.calls = calls;
    this.sizes = sizes;
  }

  void walk(Scope scope, Consumer<List<Device>> page) throws InterruptedException {
    List<Long> organizationIds = ids(scope.tenantIds(), "organization", "chirpstack.tenant.ids");
    List<Long> applicationIds =
        ids(scope.applicationIds(), "application", "chirpstack.application.ids");
    DevicePages pages = new DevicePages(calls, sizes, page);
    Map<Long, String> names =
        scope.equals(Scope.ALL) ? allOrganizations() : namedOrganizations(organizationIds);
    Set<Long> walked = new HashSet<>();
    for (Map.Entry<Long, String> organization : names.entrySet()) {
      for (ApplicationListItem application : applications(organization.getKey())) {
        walked.add(application.getId());
        walkListed(
            pages,
            new Place(
                organization.getKey(),
                organization.getValue(),
                application.getId(),
                application.getName()));
      }
    }
    walkNamed(applicationIds, walked, new HashMap<>(names), pages);
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

  private void walkListed(DevicePages pages, Place place) throws InterruptedException {
    try {
      pages.walk(place);
    } catch (ApiException refused) {
      if (refused.kind() != FailureKind.NOT_PERMITTED || stillListed(place)) {
        throw refused;
      }
    }
  }

  /**
   * An organization's key is refused the application that was deleted since it was listed. Throws
   * when the organization is refused as well: then it is the key.
   */
  private boolean stillListed(Place place) throws InterruptedException {
    return applications(place.organizationId()).stream()
        .anyMatch(application -> application.getId() == place.applicationId());
  }

  private void walkNamed(
      List<Long> applicationIds, Set<Long> walked, Map<Long, String> names, DevicePages pages)
      throws InterruptedException {
    for (long id : applicationIds) {
      if (!walked.add(id)) {
        continue;
      }
      Application application =
          await(
                  calls.call(
                      Operation.read("application " + id),
                      ApplicationServiceGrpc.getGetMethod(),
                      GetApplicationRequest.newBuilder().setId(id).build()))
              .getApplication();
      long organizationId = application.getOrganizationId();
      if (!names.containsKey(organizationId)) {
        names.put(organizationId, nameIfPermitted(organizationId));
      }
      pages.walk(
          new Place(
              organizationId,
              names.get(organizationId),
              application.getId(),
              application.getName()));
    }
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

  private Map<Long, String> namedOrganizations(List<Long> ids) throws InterruptedException {
    Map<Long, String> names = new LinkedHashMap<>();
    for (long id : ids) {
      names.put(id, name(id));
    }
    return names;
  }

  private String name(long organizationId) throws InterruptedException {
    Organization organization =
        await(
                calls.call(
                    Operation.read("organization " + organizationId),
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
    return OnePiece.list(
        sizes.firstList(),
        limit ->
            await(
                calls.call(
                    Operation.read("the list of organizations"),
                    OrganizationServiceGrpc.getListMethod(),
                    ListOrganizationRequest.newBuilder().setLimit(limit).build())),
        ListOrganizationResponse::getResultList,
        answer -> Math.toIntExact(answer.getTotalCount()));
  }

  private List<ApplicationListItem> applications(long organizationId) throws InterruptedException {
    return OnePiece.list(
        sizes.firstList(),
        limit ->
            await(
                calls.call(
                    Operation.read("the list of applications of organization " + organizationId),
                    ApplicationServiceGrpc.getListMethod(),
                    ListApplicationRequest.newBuilder()
                        .setOrganizationId(organizationId)
                        .setLimit(limit)
                        .build())),
        ListApplicationResponse::getResultList,
        answer -> Math.toIntExact(answer.getTotalCount()));
  }
}
