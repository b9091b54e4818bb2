package io.github.chirpconnect.record.downlink;

import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.record.Mapped;
import io.github.chirpconnect.record.derived.DerivedRow;
import io.github.chirpconnect.record.derived.DerivedRows;
import io.github.chirpconnect.record.derived.EventFields;
import io.github.chirpconnect.record.derived.RowMaker;
import io.github.chirpconnect.record.json.Times;
import io.github.chirpconnect.record.key.Key;
import io.github.chirpconnect.record.schema.Downlinks;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.data.Struct;

/**
 * Makes a row of each event that tells a state of a downlink: {@code txack}, {@code ack} and some
 * of {@code log}. Where the queues are read too, an event of any kind has further rows, of the
 * downlinks of which it proves that they vanished. A row says what its event says, and no more:
 *
 * <ul>
 *   <li>v4's events name the queue item, but for the refusal of a gateway: the item then stays in
 *       the queue, or there is none, since a downlink may carry MAC commands alone;
 *   <li>v3's events name a frame counter, which the server may have given to another item since it
 *       was queued.
 * </ul>
 */
public final class DownlinkStates implements RowMaker {
  private static final String TOPIC = Feed.DOWNLINKS.topics().get(0);
  private static final int PLACE = 1;

  /** The places after those of all rows that are made from the event itself. */
  private static final int FIRST_VANISHED = 1 << 30;

  /** Codes of {@code log} events that are about a downlink. */
  private static final Map<String, State> BY_CODE =
      Map.of(
          "EXPIRED", State.EXPIRED,
          "DOWNLINK_PAYLOAD_SIZE", State.REFUSED,
          "F_CNT_DOWN", State.REFUSED,
          "DOWNLINK_GATEWAY", State.REFUSED);

  private static final List<String> OF_PROOF = List.of("id", "dev_eui");

  private static final List<String> OF_EVENT =
      List.of("id", "dev_eui", "time", "time_text", "f_cnt_down", "gateway_id", "code");

  private final Optional<VanishedDownlinks> queues;

  /**
   * @param queues what the reader of the queues knows; empty if queues are not read
   */
  public DownlinkStates(Optional<VanishedDownlinks> queues) {
    this.queues = queues;
  }

  @Override
  public Feed feed() {
    return Feed.DOWNLINKS;
  }

  @Override
  public void next(LogEntry event, boolean follows) {
    queues.ifPresent(all -> all.next(event, follows));
  }

  @Override
  public boolean isMadeOf(LogEntry event) {
    return tellsStates(event.kind())
        || queues.filter(all -> all.hasVanished(event.devEui())).isPresent();
  }

  private static boolean tellsStates(String kind) {
    return kind.equals("txack") || kind.equals("ack") || kind.equals("log");
  }

  @Override
  public DerivedRows of(Mapped event, String gap) {
    boolean readable = event.feed() == Feed.DEVICE_EVENTS && event.body() != null;
    List<DerivedRow> rows = new ArrayList<>();
    if (tellsStates(event.kind())) {
      State state = readable ? state(event) : null;
      if (state != null) {
        rows.add(row(event, state, gap));
      }
      queues.ifPresent(all -> tell(all, event, readable, state));
    }
    if (readable && event.value().schema().field("device_info") != null) {
      queues.ifPresent(all -> addVanished(all, event, gap, rows));
    }
    return rows.isEmpty() ? DerivedRows.NONE : new DerivedRows(rows, 0);
  }

  /** An event that can't be parsed may be about any item of its device. */
  private static void tell(VanishedDownlinks queues, Mapped event, boolean readable, State state) {
    Struct said = event.value();
    String devEui = said.getString("dev_eui");
    if (!readable) {
      queues.told(devEui, null);
      return;
    }
    boolean log = event.kind().equals("log");
    String item = item(said, log);
    if (item != null || !log || (state != null && said.getInt64("f_cnt") != null)) {
      queues.told(devEui, item);
    }
  }

  private static void addVanished(
      VanishedDownlinks queues, Mapped event, String gap, List<DerivedRow> rows) {
    String devEui = event.value().getString("dev_eui");
    int place = FIRST_VANISHED;
    for (VanishedDownlinks.Left left : queues.take(devEui)) {
      Struct row =
          new Struct(Downlinks.SCHEMA)
              .put("state", State.VANISHED.text())
              .put(Downlinks.GAP, gap)
              .put("queue_item_id", left.item().id())
              .put("f_cnt_down", left.item().fCntDown())
              .put(
                  "reason",
                  "it left the queue, and no event says why; seen there at " + left.seenAt());
      Times.put(row, Downlinks.SCHEMA.field("time"), left.missedAt());
      EventFields.copy(OF_PROOF, event.value(), row);
      rows.add(named(event, place++, row));
    }
  }

  /** Null if it tells none. */
  private static State state(Mapped event) {
    Struct said = event.value();
    return switch (event.kind()) {
      case "txack" -> State.SENT;
      case "ack" -> acknowledged(said.getBoolean("acknowledged"));
      case "log" -> {
        String code = said.getString("code");
        yield code == null ? null : BY_CODE.get(code);
      }
      default -> null;
    };
  }

  private static State acknowledged(Boolean said) {
    if (said == null) {
      return null;
    }
    return said ? State.ACKNOWLEDGED : State.NOT_ACKNOWLEDGED;
  }

  private static DerivedRow row(Mapped event, State state, String gap) {
    Struct said = event.value();
    Struct row = new Struct(Downlinks.SCHEMA).put("state", state.text()).put(Downlinks.GAP, gap);
    EventFields.copy(OF_EVENT, said, row);
    if (event.kind().equals("log")) {
      row.put("reason", said.getString("description")).put("f_cnt_down", said.getInt64("f_cnt"));
    }
    row.put("queue_item_id", item(said, event.kind().equals("log")));
    return named(event, PLACE, row);
  }

  /** The queue item that the event names; null if it names none. */
  private static String item(Struct said, boolean log) {
    String item =
        log
            ? said.<String, String>getMap("context").get("queue_item_id")
            : said.getString("queue_item_id");
    return item == null || item.isEmpty() ? null : item;
  }

  private static DerivedRow named(Mapped event, int place, Struct row) {
    String downlink = name(row);
    row.put(Downlinks.DOWNLINK, downlink);
    return new DerivedRow(
        place,
        new Key(Feed.DOWNLINKS, downlink, List.of(downlink)),
        new Mapped(Feed.DOWNLINKS, event.kind(), TOPIC, event.place(), row, null));
  }

  /** Names the downlink; where the event does not, the event itself. */
  private static String name(Struct row) {
    String item = row.getString("queue_item_id");
    Long fCntDown = row.getInt64("f_cnt_down");
    String devEui = row.getString("dev_eui");
    if (item != null) {
      row.put(Downlinks.CERTAINTY, Downlinks.CERTAIN);
      return item;
    }
    if (fCntDown != null) {
      row.put(Downlinks.CERTAINTY, Downlinks.LIKELY);
      return Downlinks.named(devEui, fCntDown);
    }
    return devEui + ":" + row.getString("id");
  }
}
