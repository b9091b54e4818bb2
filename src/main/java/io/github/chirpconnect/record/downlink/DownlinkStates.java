package io.github.chirpconnect.record.downlink;

import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.record.Mapped;
import io.github.chirpconnect.record.derived.DerivedRow;
import io.github.chirpconnect.record.derived.DerivedRows;
import io.github.chirpconnect.record.derived.EventFields;
import io.github.chirpconnect.record.derived.RowMaker;
import io.github.chirpconnect.record.key.Key;
import io.github.chirpconnect.record.schema.Downlinks;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Struct;

/**
 * Makes a row of each event that tells a state of a downlink: {@code txack}, {@code ack} and some
 * of {@code log}. A row says what its event says, and no more:
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

  /** Codes of {@code log} events that are about a downlink. */
  private static final Map<String, State> BY_CODE =
      Map.of(
          "EXPIRED", State.EXPIRED,
          "DOWNLINK_PAYLOAD_SIZE", State.REFUSED,
          "F_CNT_DOWN", State.REFUSED,
          "DOWNLINK_GATEWAY", State.REFUSED);

  private static final List<String> OF_EVENT =
      List.of(
          "id",
          "dev_eui",
          "time",
          "time_text",
          "queue_item_id",
          "f_cnt_down",
          "gateway_id",
          "code");

  @Override
  public Feed feed() {
    return Feed.DOWNLINKS;
  }

  @Override
  public boolean isMadeOf(String kind) {
    return kind.equals("txack") || kind.equals("ack") || kind.equals("log");
  }

  @Override
  public DerivedRows of(Mapped event, String gap) {
    if (event.feed() != Feed.DEVICE_EVENTS || event.body() == null) {
      return DerivedRows.NONE;
    }
    State state = state(event);
    return state == null ? DerivedRows.NONE : new DerivedRows(List.of(row(event, state, gap)), 0);
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
      row.put("reason", said.getString("description"))
          .put("f_cnt_down", said.getInt64("f_cnt"))
          .put("queue_item_id", said.<String, String>getMap("context").get("queue_item_id"));
    }
    String item = row.getString("queue_item_id");
    if (item != null && item.isEmpty()) {
      row.put("queue_item_id", null);
    }
    String downlink = name(row);
    row.put(Downlinks.DOWNLINK, downlink);
    return new DerivedRow(
        PLACE,
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
