package io.github.chirpconnect.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.testing.FakeChirpStack;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

/** Far more devices than streams: how soon what a device says is read. */
class CrowdedSourceTest {
  private static final int DEVICES = 1_000;
  private static final int STREAMS = 40;

  private final TaskUnderTest task = new TaskUnderTest("device-events");
  private final FakeChirpStack chirpStack = task.chirpStack;
  private final List<String> devices = new ArrayList<>();
  private int said;

  CrowdedSourceTest() {
    task.properties.put("device.streams.max", Integer.toString(STREAMS));
    chirpStack.historyLimit = 10;
    for (int i = 0; i < DEVICES; i++) {
      devices.add(String.format("%016x", i));
      chirpStack.add(devices.get(i));
      for (int j = 0; j < 10; j++) {
        chirpStack.log(Logs.up(devices.get(i), (j + 1) + "-0"));
      }
    }
    task.start();
    task.runSeconds(600);
  }

  @Test
  void aPlaceIsGivenOnAsSoonAsItsDeviceHasShownWhatItWasActiveFor() {
    List<String> expected = new ArrayList<>();
    for (String devEui : devices.subList(0, 800)) {
      expected.add(uplink(devEui));
    }
    List<SourceRecord> records = untilNextWalk();
    records.addAll(task.runSeconds(15));
    List<String> ids = ids(records);
    assertThat(ids).as("800 by 35 places").doesNotHaveDuplicates();
    assertThat(new TreeSet<>(ids)).containsAll(expected);
    assertThat(chirpStack.mostOpenAtOnce).isLessThanOrEqualTo(STREAMS);
  }

  private String uplink(String devEui) {
    long at = task.time.instant().toEpochMilli();
    chirpStack.log(Logs.up(devEui, at + "-" + ++said));
    chirpStack.add(devEui, "device", task.time.instant());
    return devEui + at + "-" + said;
  }

  private List<SourceRecord> untilNextWalk() {
    List<SourceRecord> records = new ArrayList<>();
    int before = chirpStack.walks;
    while (chirpStack.walks == before) {
      records.addAll(task.run(Duration.ofMillis(100)));
    }
    return records;
  }

  private static List<String> ids(List<SourceRecord> records) {
    return records.stream()
        .map(record -> record.key() + "" + record.headers().lastWithName("chirpstack.id").value())
        .toList();
  }
}
