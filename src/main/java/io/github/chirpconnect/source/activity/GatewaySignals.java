package io.github.chirpconnect.source.activity;

import io.github.chirpconnect.api.ApiException;
import io.github.chirpconnect.api.ChirpStack;
import io.github.chirpconnect.api.EntryId;
import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.api.LogKind;
import io.github.chirpconnect.api.Scope;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.metrics.SourceMetrics;
import io.github.chirpconnect.source.log.DeviceSignals;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signals which devices have just sent something, from the frame streams of ChirpStack v4's
 * gateways: a network of 100,000 devices has a few hundred gateways. A frame contains a DevAddr,
 * which the device's own log has shown before; a join request contains the DevEUI.
 *
 * <p>Gateways everywhere receive the devices of one task, and tasks cannot tell each other what
 * they receive. So each task follows gateways for itself, with its share of the streams.
 *
 * <p>Used only on the streams thread.
 */
public final class GatewaySignals implements DeviceSignals {
  private static final Logger LOG = LoggerFactory.getLogger(GatewaySignals.class);

  /**
   * Few, because the devices' streams come first: this many are opened per tick of a tenth of a
   * second.
   */
  private static final int OPENED_PER_TICK = 5;

  /** The receiving gateways are read from one in this many uplinks. */
  private static final int SAMPLED = 8;

  /**
   * Injected collaborators.
   *
   * @param lists runs what waits for the server
   * @param thread the streams thread
   */
  public record Dependencies(
      ChirpStack chirpStack,
      LongSupplier clock,
      DoubleSupplier random,
      SourceMetrics metrics,
      Executor lists,
      Executor thread) {}

  private final Dependencies task;

  /** The scope names applications only, so no gateways are read. */
  private final boolean isOfApplications;

  private final GatewayList list;
  private final GatewayChoice choice;
  private final DeviceAddresses addresses = new DeviceAddresses();
  private final Map<String, GatewayStream> streams = new HashMap<>();
  private final List<Spoken> spoken = new ArrayList<>();
  private int uplinks;
  private boolean crowded;
  private boolean toldFollowing;
  private boolean toldFailure;

  /**
   * @param places gateways that may be followed at once, at least 1
   */
  public GatewaySignals(Scope scope, int places, Dependencies dependencies) {
    this.task = dependencies;
    this.isOfApplications = scope.tenantIds().isEmpty() && !scope.applicationIds().isEmpty();
    this.choice = new GatewayChoice(places);
    this.list =
        new GatewayList(
            scope,
            dependencies,
            new GatewayList.Asker() {
              @Override
              public void listed(Set<String> gateways) {
                GatewaySignals.this.listed(gateways);
              }

              @Override
              public void failed(ApiException reason) {
                // After a temporary failure the list is requested again.
                if (!reason.kind().retriable()) {
                  cannotFollow(reason.getMessage());
                }
              }
            });
  }

  @Override
  public void heard(LogEntry entry) {
    if (!crowded) {
      return;
    }
    if (entry.log() != LogKind.GATEWAY_FRAMES) {
      addresses.learn(entry);
      if (entry.kind().equals("up") && choice.isNeeded() && ++uplinks % SAMPLED == 0) {
        choice.heard(EntryNames.gateways(entry), SAMPLED);
      }
    } else if (entry.id() instanceof EntryId.Sequenced id) {
      for (String devEui : addresses.named(entry)) {
        spoken.add(new Spoken(devEui, id.millis(), entry.devEui()));
      }
    }
  }

  @Override
  public void useful(Spoken signal) {
    choice.useful(signal.gateway());
    task.metrics().signalUseful();
  }

  @Override
  public void forget(String devEui) {
    addresses.forget(devEui);
  }

  @Override
  public List<Spoken> take(boolean isCrowded, Predicate<String> followed, long now) {
    crowded = isCrowded && task.chirpStack().generation() == Generation.V4;
    if (!crowded) {
      suspend();
    } else if (isOfApplications) {
      cannotFollow("gateways belong to tenants, and only applications are configured");
    } else {
      list.tick(now);
      follow(followed, now);
    }
    List<Spoken> taken = List.copyOf(spoken);
    spoken.clear();
    task.metrics().signals(taken.size());
    return taken;
  }

  private void follow(Predicate<String> followed, long now) {
    int left = OPENED_PER_TICK;
    int heard = 0;
    for (String gateway : choice.chosen()) {
      GatewayStream stream = streams.get(gateway);
      boolean elsewhere = followed.test(gateway);
      if (elsewhere) {
        stream.close();
      } else if (left > 0 && stream.isDueToOpen(now)) {
        stream.open();
        left--;
      } else if (stream.refusal() != null) {
        cannotFollow(stream.refusal().getMessage());
      }
      if (elsewhere || stream.isOpen()) {
        heard++;
      }
    }
    task.metrics().signalGateways(heard);
  }

  private void listed(Set<String> gateways) {
    choice.turn();
    choice.listed(gateways);
    streams
        .entrySet()
        .removeIf(
            one -> {
              boolean leaves = !choice.isChosen(one.getKey());
              if (leaves) {
                one.getValue().close();
              }
              return leaves;
            });
    Consumer<LogEntry> hear = this::heard;
    for (String gateway : choice.chosen()) {
      streams.computeIfAbsent(gateway, unused -> new GatewayStream(gateway, hear, task)).listed();
    }
    if (!toldFollowing && !gateways.isEmpty()) {
      toldFollowing = true;
      LOG.info(
          "There are more devices than streams: the frames of {} of {} gateways show which devices have just sent something",
          streams.size(),
          choice.all());
    }
  }

  private void cannotFollow(String reason) {
    if (!toldFailure) {
      toldFailure = true;
      LOG.warn(
          "There are more devices than streams, and gateways cannot show which devices have just sent something: {}. The"
              + " inventory's last_seen_at and visits show it later; activity.gateway.streams.max=0 ends this warning",
          reason);
    }
  }

  @Override
  public void suspend() {
    streams.values().forEach(GatewayStream::close);
    task.metrics().signalGateways(0);
  }
}
