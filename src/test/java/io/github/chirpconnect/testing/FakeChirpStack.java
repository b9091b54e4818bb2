package io.github.chirpconnect.testing;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.chirpconnect.api.Absent;
import io.github.chirpconnect.api.Aggregation;
import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.api.Entity;
import io.github.chirpconnect.api.EntryId;
import io.github.chirpconnect.api.FailureKind;
import io.github.chirpconnect.api.InventoryWalk;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.api.LogListener;
import io.github.chirpconnect.api.LogStream;
import io.github.chirpconnect.api.MetricPoint;
import io.github.chirpconnect.api.Place;
import io.github.chirpconnect.api.Scope;
import io.github.chirpconnect.api.SeenDevice;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Generation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * A server with the habits of ChirpStack v4, for both connectors. A stream looks into a log once a
 * second, sends at most ten entries at a time, sends no more than it is asked for, and goes on from
 * the last one sent, whatever has been trimmed in between.
 */
public final class FakeChirpStack extends FakeQueues {
  private static final Comparator<LogEntry> BY_ID =
      Comparator.comparing(entry -> (EntryId.Sequenced) entry.id());

  public final Map<String, Device> devices = new LinkedHashMap<>();

  /** By id. */
  public final Map<String, Profile> profiles = new LinkedHashMap<>();

  /** Device profiles that were asked for, one after the other. */
  public final List<String> askedProfiles = new ArrayList<>();

  /** What asking for a device profile meets; null for success. */
  public ApiException profileFailure;

  public final List<Stream> opened = new ArrayList<>();
  public int historyLimit = Integer.MAX_VALUE;
  public Generation generation = Generation.V4;

  /** What of the scope each walk misses. */
  public final List<Absent> absent = new ArrayList<>();

  public int walks;
  public int probes;
  public int mostOpenAtOnce;

  /** As {@link ChirpStack#metrics}. */
  @FunctionalInterface
  public interface Metrics {
    CompletionStage<List<MetricPoint>> read(
        Feed feed, String id, Instant start, Instant end, Aggregation aggregation);
  }

  /** Streams that find a connection; those beyond end after waiting for one. */
  public int room = Integer.MAX_VALUE;

  /** Streams that are sent; those beyond wait for one of them to end, and nobody is told. */
  public int cap = Integer.MAX_VALUE;

  /** Of these ids, with when they were seen last; null if never. */
  public final Map<String, Instant> gateways = new LinkedHashMap<>();

  /** Says what was counted and measured; by default nothing. */
  public Metrics metrics =
      (feed, id, start, end, aggregation) -> CompletableFuture.completedFuture(List.of());

  private boolean frozen;
  private final List<CompletableFuture<Void>> unanswered = new ArrayList<>();

  public boolean closed;

  /** What each walk, probe and opening meets; null for success. */
  public ApiException walkFailure;

  /** The walk ends with the failure after it has told of this many devices. */
  public int walkFailsAfter;

  /** What listing gateways meets; null for success. */
  public ApiException gatewaysFailure;

  public ApiException probeFailure;
  public final Map<String, ApiException> openFailures = new HashMap<>();

  private final Map<String, List<LogEntry>> logs = new HashMap<>();
  private final ManualTime.ManualThread transport;

  /**
   * A device profile.
   *
   * @param listed whether a walk shows it
   */
  public record Profile(Duration uplinkInterval, Instant updatedAt, boolean listed) {}

  public FakeChirpStack(ManualTime time) {
    this.transport = time.thread();
  }

  public Device add(String devEui) {
    return add(devEui, "device " + devEui, null);
  }

  public Device add(String devEui, String name, Instant lastSeenAt) {
    return add(devEui, name, lastSeenAt, null);
  }

  public Device add(String devEui, String name, Instant lastSeenAt, String profileId) {
    Device device =
        new Device(
            devEui,
            name,
            "",
            null,
            null,
            "17c82e96-be03-4f38-aef3-f83d48582d97",
            "meters",
            profileId,
            null,
            null,
            null,
            lastSeenAt,
            null,
            Map.of());
    devices.put(devEui, device);
    return device;
  }

  public void log(LogEntry... entries) {
    for (LogEntry entry : entries) {
      List<LogEntry> log = logOf(entry.log(), entry.devEui());
      log.add(entry);
      while (log.size() > historyLimit) {
        log.remove(0);
      }
    }
  }

  public List<LogEntry> logOf(LogKind log, String devEui) {
    return logs.computeIfAbsent(log + devEui, unused -> new ArrayList<>());
  }

  /** Streams that are open now. */
  public List<Stream> open() {
    return opened.stream().filter(stream -> !stream.over).toList();
  }

  public List<String> openDevices() {
    return open().stream().map(stream -> stream.devEui).toList();
  }

  public Stream streamOf(String devEui) {
    return open().stream().filter(stream -> stream.devEui.equals(devEui)).findFirst().orElseThrow();
  }

  /** What waits for its turn is sent. */
  public void sendWaiting() {
    open().stream().filter(stream -> !stream.sent).forEach(Stream::sendRequest);
  }

  /** The server's Redis stands still: streams send nothing, calls are answered. */
  public boolean hushed;

  /** Stands still: nothing is answered and nothing sent, and no connection breaks. */
  public void freeze() {
    frozen = true;
  }

  public void thaw() {
    frozen = false;
    List.copyOf(unanswered).forEach(answer -> answer.complete(null));
    unanswered.clear();
  }

  /** All that is open ends, nothing can be reached. */
  public void goAway() {
    ApiException away = new ApiException(FailureKind.TRANSIENT, "ChirpStack does not answer");
    walkFailure = away;
    probeFailure = away;
    open().forEach(stream -> stream.end(away));
  }

  public void comeBack() {
    walkFailure = null;
    probeFailure = null;
  }

  @Override
  public Generation generation() {
    return generation;
  }

  @Override
  public CompletionStage<Optional<Duration>> uplinkInterval(String profileId) {
    askedProfiles.add(profileId);
    return profileFailure == null
        ? CompletableFuture.completedFuture(
            Optional.ofNullable(profiles.get(profileId)).map(Profile::uplinkInterval))
        : CompletableFuture.failedFuture(profileFailure);
  }

  private List<Entity> listedProfiles() {
    List<Entity> listed = new ArrayList<>();
    profiles.forEach(
        (id, profile) -> {
          if (profile.listed()) {
            ObjectNode body = JsonNodeFactory.instance.objectNode();
            body.put("id", id);
            body.put("updatedAt", text(profile.updatedAt()));
            listed.add(new Entity(Feed.DEVICE_PROFILES, id, Place.NONE, null, body));
          }
        });
    return listed;
  }

  @Override
  public void inventory(Scope scope, Set<Feed> kinds, InventoryWalk walk) {
    walks++;
    absent.forEach(walk::absent);
    if (kinds.contains(Feed.DEVICE_PROFILES) && !listedProfiles().isEmpty()) {
      walk.page(listedProfiles());
    }
    List<Entity> all =
        kinds.contains(Feed.DEVICES)
            ? devices.values().stream().map(FakeChirpStack::entity).toList()
            : List.of();
    if (walkFailure != null) {
      if (walkFailsAfter > 0) {
        walk.page(all.subList(0, walkFailsAfter));
      }
      throw walkFailure;
    }
    for (int from = 0; from < all.size(); from += 1_000) {
      walk.page(all.subList(from, Math.min(all.size(), from + 1_000)));
    }
    if (kinds.contains(Feed.GATEWAYS)) {
      if (gatewaysFailure != null) {
        throw gatewaysFailure;
      }
      walk.page(gateways.entrySet().stream().map(FakeChirpStack::gateway).toList());
    }
  }

  /** Whether the server can list devices in the order in which they were seen. */
  public boolean hasOrderOfSeen = true;

  /** Whether its database puts devices first that were never seen. */
  public boolean neverSeenFirst;

  /** How often that list was asked for. */
  public int recentLooks;

  /** What happens during each; a failure is the answer. */
  public Runnable whileLooking = () -> {};

  @Override
  public CompletionStage<Optional<List<SeenDevice>>> lastSeen(
      String applicationId, int limit, int offset) {
    if (!hasOrderOfSeen) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    recentLooks++;
    try {
      whileLooking.run();
    } catch (ApiException e) {
      return CompletableFuture.failedFuture(e);
    }
    Comparator<Instant> latestFirst = Comparator.reverseOrder();
    Comparator<Instant> order =
        neverSeenFirst ? Comparator.nullsFirst(latestFirst) : Comparator.nullsLast(latestFirst);
    return CompletableFuture.completedFuture(
        Optional.of(
            devices.values().stream()
                .sorted(Comparator.comparing(Device::lastSeenAt, order))
                .skip(offset)
                .limit(limit)
                .map(device -> new SeenDevice(device.devEui(), device.lastSeenAt()))
                .toList()));
  }

  private static Entity gateway(Map.Entry<String, Instant> gateway) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("gatewayId", gateway.getKey());
    return new Entity(Feed.GATEWAYS, gateway.getKey(), Place.NONE, gateway.getValue(), body);
  }

  private static Entity entity(Device device) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("devEui", device.devEui());
    body.put("createdAt", text(device.createdAt()));
    body.put("updatedAt", text(device.updatedAt()));
    if (device.lastSeenAt() != null) {
      body.put("lastSeenAt", text(device.lastSeenAt()));
    }
    body.put("name", device.name());
    body.put("description", device.description());
    body.put("deviceProfileId", device.deviceProfileId());
    body.put("deviceProfileName", device.deviceProfileName());
    if (device.status() != null) {
      ObjectNode status = body.putObject("deviceStatus");
      status.put("margin", device.status().margin());
      status.put("externalPowerSource", device.status().externalPowerSource());
      status.put("batteryLevel", device.status().batteryLevel());
    }
    if (device.tags() == null) {
      body.putNull("tags");
    } else {
      device.tags().forEach(body.putObject("tags")::put);
    }
    body.put("tenantId", device.tenantId());
    body.put("tenantName", device.tenantName());
    body.put("applicationId", device.applicationId());
    body.put("applicationName", device.applicationName());
    Place place =
        new Place(
            device.tenantId(),
            device.tenantName(),
            device.applicationId(),
            device.applicationName());
    return new Entity(Feed.DEVICES, device.devEui(), place, device.lastSeenAt(), body);
  }

  private static String text(Instant time) {
    return time == null ? null : time.toString();
  }

  @Override
  public CompletionStage<List<MetricPoint>> metrics(
      Feed feed, String id, Instant start, Instant end, Aggregation aggregation) {
    return metrics.read(feed, id, start, end, aggregation);
  }

  @Override
  public LogStream open(LogKind log, String devEui, LogListener listener) {
    Stream stream = new Stream(log, devEui, listener);
    opened.add(stream);
    if (open().stream().filter(other -> other.sent).count() < cap) {
      stream.sent = true;
      listener.onOpen();
    }
    mostOpenAtOnce = Math.max(mostOpenAtOnce, open().size());
    if (open().size() > room) {
      stream.waits = true;
      transport.schedule(stream::refuse, 4_000, TimeUnit.MILLISECONDS);
      return stream;
    }
    ApiException failure = probeFailure != null ? probeFailure : openFailures.get(devEui);
    if (failure != null) {
      stream.end(failure);
    }
    return stream;
  }

  @Override
  public CompletionStage<Void> probe() {
    probes++;
    if (frozen) {
      CompletableFuture<Void> answer = new CompletableFuture<>();
      unanswered.add(answer);
      return answer;
    }
    return probeFailure == null
        ? CompletableFuture.completedFuture(null)
        : CompletableFuture.failedFuture(probeFailure);
  }

  @Override
  public CompletionStage<Void> probeWriting() {
    return probe();
  }

  @Override
  public void close() {
    closed = true;
    open().forEach(Stream::cancel);
  }

  public final class Stream implements LogStream {
    public final LogKind log;
    public final String devEui;
    public boolean over;
    boolean sent;
    private boolean waits;
    private final LogListener listener;
    private final Deque<LogEntry> sending = new ArrayDeque<>();
    private LogEntry last;
    private int permitted;
    private boolean started;

    private Stream(LogKind log, String devEui, LogListener listener) {
      this.log = log;
      this.devEui = devEui;
      this.listener = listener;
    }

    @Override
    public void request(int entries) {
      permitted += entries;
      if (waits || !sent) {
        return;
      }
      if (!started) {
        started = true;
        listener.onAnswer();
        look();
        transport.scheduleWithFixedDelay(this::look, 1_000, 1_000, TimeUnit.MILLISECONDS);
      }
      send();
    }

    private void sendRequest() {
      sent = true;
      listener.onOpen();
      request(0);
    }

    @Override
    public void cancel() {
      over = true;
    }

    public void end(ApiException reason) {
      over = true;
      transport.execute(() -> listener.onEnd(reason));
    }

    private void refuse() {
      if (!over) {
        end(new ApiException(FailureKind.BUSY, "no connection to Redis was free"));
      }
    }

    private void look() {
      if (!over && !frozen && !hushed && sending.isEmpty()) {
        List<LogEntry> unsent = unsent();
        sending.addAll(unsent.subList(0, Math.min(unsent.size(), 10)));
      }
      send();
    }

    /** A log whose entries have digests for ids is never trimmed here. */
    private List<LogEntry> unsent() {
      List<LogEntry> entries = logOf(log, devEui);
      if (last == null) {
        return entries;
      }
      return last.id() instanceof EntryId.Digest
          ? entries.subList(entries.lastIndexOf(last) + 1, entries.size())
          : entries.stream().filter(entry -> BY_ID.compare(entry, last) > 0).toList();
    }

    private void send() {
      while (!over && !frozen && !hushed && permitted > 0 && !sending.isEmpty()) {
        permitted--;
        last = sending.removeFirst();
        listener.onEntry(last);
      }
    }
  }
}
