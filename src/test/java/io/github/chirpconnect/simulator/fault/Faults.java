package io.github.chirpconnect.simulator.fault;

import io.github.chirpconnect.proto.v4.LogItem;
import io.github.chirpconnect.simulator.redis.Interval;
import io.github.chirpconnect.simulator.redis.LogStore;
import io.github.chirpconnect.simulator.redis.OpenStreams;
import io.github.chirpconnect.simulator.redis.Redis;
import io.github.chirpconnect.simulator.v3.StreamsV3;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What can go wrong, on demand. Methods are named {@code DeviceService/Enqueue}. Faults of the
 * network last until they are ended; those of calls until they are used up or {@link
 * #clearCalls()}.
 */
public final class Faults {
  /** A copy of all logs, as a backup of Redis has it. */
  public static final class Backup {
    private final Map<LogStore.Key, List<LogItem>> logs;

    private Backup(Map<LogStore.Key, List<LogItem>> logs) {
      this.logs = logs;
    }
  }

  private final ServerLink link;
  private final Redis redis;
  private final LogStore logs;
  private final CallFaults calls;
  private final OpenStreams streams;

  public Faults(ServerLink link, Redis redis, CallFaults calls, OpenStreams streams) {
    this.link = link;
    this.redis = redis;
    this.logs = redis.logs();
    this.calls = calls;
    this.streams = streams;
  }

  /**
   * What is before the server answers in its place, with a page, as a proxy does that is being
   * changed. Connections to the server end.
   */
  public void showPages(int status, String type, String body) {
    link.showPages(new PageServer.Page(status, type, body));
  }

  /** How many pages were shown so far. */
  public long pagesShown() {
    return link.pagesShown();
  }

  /** New connections lead to the server again; those that lead to pages stay. */
  public void endPages() {
    link.listen();
  }

  /** New connections are refused, those that exist go on. */
  public void refuseConnections() {
    link.proxy().refuse();
  }

  /** Ends {@link #refuseConnections()}, on the same port. */
  public void acceptConnections() {
    link.listen();
  }

  /** All connections end with RST. New ones are accepted. */
  public void resetConnections() {
    link.proxy().drop(true);
  }

  /**
   * All connections, new ones too, stay up and carry nothing, as behind a firewall that forgot
   * them.
   */
  public void halfOpen() {
    link.proxy().stall(true);
  }

  /** Ends {@link #halfOpen()}: what waited goes on. */
  public void endHalfOpen() {
    link.proxy().stall(false);
  }

  /**
   * A link that comes and goes: each connection, new ones too, pauses after each so many bytes to
   * its client. Nothing is lost. Zero ends it.
   */
  public void pauseAnswers(int everyBytes, Duration pause) {
    link.proxy().pause(everyBytes, pause.toMillis());
  }

  /**
   * GOAWAY on all connections: calls and streams that run go on, new ones need a new connection.
   */
  public void goAway() {
    link.replaceServer();
  }

  /** Answers of unary calls are late by so much; what they ask for is done at once. */
  public void delayAnswers(Duration delay) {
    calls.delay(delay);
  }

  /** Unary calls are carried out so much later; not if their client is gone by then. */
  public void holdCalls(Duration delay) {
    calls.hold(delay);
  }

  /** The next calls of a method are carried out and never answered. */
  public void dropAnswers(String method, int count) {
    calls.plan(method, count, new CallFaults.Fault.NoAnswer());
  }

  /** The next calls of a method are answered with a status, and nothing is done. */
  public void refuse(String method, int count, Status status) {
    calls.plan(method, count, new CallFaults.Fault.Refusal(status));
  }

  /** Each downlink of a device is answered with a status, and nothing is done. */
  public void refuseDownlinks(String devEui, Status status) {
    calls.refuseDownlinks(devEui, status);
  }

  /** The next calls of a method are carried out and answered with a status all the same. */
  public void doAndRefuse(String method, int count, Status status) {
    calls.plan(method, count, new CallFaults.Fault.WrongAnswer(status));
  }

  /** Every open stream ends with a status; new ones are served. */
  public void endStreams(Status status) {
    streams.end(status);
  }

  /** Ends delays and forgets what was planned for calls to come. */
  public void clearCalls() {
    calls.clear();
  }

  /** The history of all devices and gateways is gone, metrics too; ids start from the clock. */
  public void clearHistory() {
    redis.clear();
  }

  /** The history of one device or gateway is gone. */
  public void clearHistory(String eui) {
    logs.clear(eui);
  }

  /**
   * Moves the clock that ids are made by. Within a log ids still rise; set back, they restart lower
   * once the history is cleared.
   */
  public void moveRedisClock(Duration offset) {
    logs.setClockOffset(offset);
  }

  public Backup backupHistory() {
    return new Backup(logs.snapshot());
  }

  /** Puts the logs back as they were; what was written since is gone. */
  public void restoreHistory(Backup backup) {
    logs.restore(backup.logs);
  }

  /**
   * Redis dies: open streams end after a while, new ones at once, with INTERNAL in v4, with OK
   * (events) or UNKNOWN {@code EOF} (frames) in v3; what happens meanwhile is in no log. If Redis
   * is back at once, v3's streams go on.
   */
  public void stopRedis() {
    logs.setDown(true);
  }

  /** Redis is back, empty. */
  public void startRedis() {
    redis.clear();
    logs.setDown(false);
  }

  /**
   * Redis takes connections and answers nothing: streams are silent, open ones and new ones. v3.
   */
  public void hangRedis() {
    logs.setHung(true);
  }

  /** Ends {@link #hangRedis()}: what was written meanwhile is sent. */
  public void endRedisHang() {
    logs.setHung(false);
  }

  /**
   * Writes an event of a device that cannot be decoded: v3 ends streams with OK where they come to
   * it, again on each new try until it has left the history.
   */
  public void poisonEvents(String devEui) {
    poison(LogStore.Kind.DEVICE_EVENTS, devEui);
  }

  /** The same for a frame of a device; streams end with UNKNOWN. */
  public void poisonFrames(String devEui) {
    poison(LogStore.Kind.DEVICE_FRAMES, devEui);
  }

  /** The same for a frame of a gateway. */
  public void poisonGatewayFrames(String gatewayId) {
    poison(LogStore.Kind.GATEWAY_FRAMES, gatewayId);
  }

  /** Puts one metric in place of all that there were. */
  public void metrics(String name, Interval interval, Map<Instant, Map<String, Double>> values) {
    redis.metrics().replace(name, interval, values);
  }

  /** Puts a log in place of what was there. */
  public void history(LogStore.Key key, List<LogItem> entries) {
    logs.replace(key, entries);
  }

  private void poison(LogStore.Kind kind, String eui) {
    logs.append(kind, eui, LogItem.newBuilder().setDescription(StreamsV3.POISON));
  }
}
