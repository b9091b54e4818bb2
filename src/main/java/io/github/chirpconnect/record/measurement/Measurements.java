package io.github.chirpconnect.record.measurement;

import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.common.LogOnce;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.record.BestReception;
import io.github.chirpconnect.record.Mapped;
import io.github.chirpconnect.record.derived.DerivedRow;
import io.github.chirpconnect.record.derived.DerivedRows;
import io.github.chirpconnect.record.derived.EventFields;
import io.github.chirpconnect.record.derived.RowMaker;
import io.github.chirpconnect.record.key.Key;
import io.github.chirpconnect.record.schema.MeasurementRow;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.connect.data.Struct;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes rows of events: one for each leaf of an uplink's {@code object}; if wanted, also for an
 * uplink's signal and a status event's battery.
 */
public final class Measurements implements RowMaker {
  private static final Logger LOG = LoggerFactory.getLogger(Measurements.class);
  private static final String UPLINK = "up";
  private static final String STATUS = "status";
  private static final String TOPIC = Feed.MEASUREMENTS.topics().get(0);

  /** A longer name, with what else names a row, is more than PostgreSQL takes into an index. */
  public static final int LONGEST_NAME = 800;

  private static final List<String> OF_EVENT =
      List.of("id", "dev_eui", "time", "time_text", "f_port", "f_cnt");

  private final Predicate<String> values;
  private final Predicate<String> own;
  private final int max;

  /** By device profile. */
  private final LogOnce tooMany = new LogOnce(LOG);

  /**
   * @param values selects names of a codec's values
   * @param own selects names of the connector's own, such as {@code @rssi}
   * @param max the largest number of rows of a codec's values per uplink; the first ones are kept
   */
  public Measurements(Predicate<String> values, Predicate<String> own, int max) {
    this.values = values;
    this.own = own;
    this.max = max;
  }

  @Override
  public Feed feed() {
    return Feed.MEASUREMENTS;
  }

  @Override
  public boolean isIndexable(DerivedRow row) {
    return row.mapped().value().getString("name").length() <= LONGEST_NAME;
  }

  @Override
  public boolean isMadeOf(LogEntry event) {
    return event.kind().equals(UPLINK) || event.kind().equals(STATUS);
  }

  @Override
  public DerivedRows of(Mapped event, String gap) {
    if (event.feed() != Feed.DEVICE_EVENTS || event.body() == null) {
      return DerivedRows.NONE;
    }
    DerivedRows rows =
        switch (event.kind()) {
          case UPLINK -> uplink(event);
          case STATUS -> new DerivedRows(status(event), 0);
          default -> DerivedRows.NONE;
        };
    rows.all().forEach(row -> row.mapped().value().put("gap", gap));
    return rows;
  }

  private DerivedRows uplink(Mapped event) {
    Chosen chosen = new Chosen(event);
    Leaf.each(event.body().path("object"), chosen);
    if (chosen.leftOut > 0) {
      note(event, chosen.leftOut);
    }
    addSignal(event, chosen.place, chosen.rows);
    return new DerivedRows(chosen.rows, chosen.leftOut);
  }

  /** The rows of an uplink's leaves, as these come. */
  private final class Chosen implements Consumer<Leaf> {
    private final Mapped event;
    private final List<DerivedRow> rows = new ArrayList<>();
    private int place;
    private int leftOut;

    private Chosen(Mapped event) {
      this.event = event;
    }

    @Override
    public void accept(Leaf leaf) {
      place++;
      if (values.test(leaf.name())) {
        if (rows.size() < max) {
          rows.add(row(event, place, leaf.name(), Measured.of(leaf.value())));
        } else {
          leftOut++;
        }
      }
    }
  }

  private void addSignal(Mapped event, int before, List<DerivedRow> rows) {
    List<Struct> rxInfo = event.value().getArray("rx_info");
    BestReception.of(rxInfo)
        .ifPresent(
            best -> {
              addOwn(event, before + 1, "rssi", best.get("rssi"), rows);
              addOwn(event, before + 2, "snr", best.get("snr"), rows);
            });
  }

  private List<DerivedRow> status(Mapped event) {
    Struct status = event.value();
    List<DerivedRow> rows = new ArrayList<>();
    Boolean external = status.getBoolean("external_power_source");
    boolean level =
        !Boolean.TRUE.equals(external)
            && !Boolean.TRUE.equals(status.getBoolean("battery_level_unavailable"));
    addOwn(event, 1, "battery", level ? status.get("battery_level") : null, rows);
    addOwn(event, 2, "external_power", external, rows);
    addOwn(event, 3, "margin", status.get("margin"), rows);
    return rows;
  }

  /** Adds no row if the server does not tell the value. */
  private void addOwn(Mapped event, int place, String word, Object said, List<DerivedRow> rows) {
    String name = LeafName.OWN + word;
    if (said == null || !own.test(name)) {
      return;
    }
    Measured measured;
    if (said instanceof Boolean bool) {
      measured = Measured.of(bool);
    } else if (said instanceof Float number) {
      measured = Measured.number(number);
    } else {
      measured = Measured.number(((Number) said).doubleValue());
    }
    rows.add(row(event, place, name, measured));
  }

  private static DerivedRow row(Mapped event, int place, String name, Measured measured) {
    Struct of = event.value();
    Struct row = new Struct(MeasurementRow.SCHEMA).put("name", name).put("kind", event.kind());
    EventFields.copy(OF_EVENT, of, row);
    measured.putInto(row);
    return new DerivedRow(
        place,
        key(row.getString("dev_eui"), name),
        new Mapped(Feed.MEASUREMENTS, event.kind(), TOPIC, event.place(), row, null));
  }

  private static Key key(String devEui, String name) {
    return new Key(Feed.MEASUREMENTS, devEui + "|" + name, List.of(devEui, name));
  }

  private void note(Mapped event, int leftOut) {
    Struct device = event.value().getStruct("device_info");
    String profile = device == null ? "" : String.valueOf(device.getString("device_profile_name"));
    tooMany.warn(
        profile,
        "Uplink {} of device {} has {} values that are wanted, more than measurements.max: {} of them become no records. Its device"
            + " profile is '{}'; of other uplinks of it only the metric measurements-left-out-total tells",
        event.value().getString("id"),
        event.value().getString("dev_eui"),
        max + leftOut,
        leftOut,
        profile);
  }
}
