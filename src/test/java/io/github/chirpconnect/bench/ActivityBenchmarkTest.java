package io.github.chirpconnect.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.bench.Arrivals.Delays;
import io.github.chirpconnect.record.RecordFactory;
import io.github.chirpconnect.simulator.Simulator;
import io.github.chirpconnect.simulator.network.Network;
import io.github.chirpconnect.simulator.time.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

/** What the benchmark of active devices makes and counts, with a handful of devices. */
class ActivityBenchmarkTest {
  private static final Schema UP =
      SchemaBuilder.struct().field("f_cnt", Schema.INT64_SCHEMA).build();
  private static final long FIRST = 0x0102_0304_0506_0708L;

  private final Arrivals arrivals = new Arrivals(FIRST, 3);

  @Test
  void devicesSendByTurnsAtThePaceThatIsSet() {
    ManualTime time = new ManualTime(Instant.parse("2026-11-24T12:00:00Z"));
    try (Simulator simulator =
        Simulator.builder().direct().devicesPerApplication(1).time(time).start()) {
      Network network = simulator.network();
      List<String> devEuis = network.devEuis();
      Traffic traffic = new Traffic(network, time, devEuis);
      time.advance(Duration.ofSeconds(10));
      assertThat(traffic.sent()).isZero();

      traffic.pace(0.5);
      time.advance(Duration.ofSeconds(2L * devEuis.size()));
      assertThat(traffic.sent()).isEqualTo(devEuis.size());
      assertThat(devEuis).allMatch(network::hasJoined);

      traffic.pace(0);
      time.advance(Duration.ofMinutes(1));
      assertThat(traffic.sent()).isEqualTo(devEuis.size());
    }
  }

  @Test
  void anUplinkCountsOnceWithItsDelaySinceItWasLogged() {
    arrivals.take(List.of(up(0, 0, 1_000), up(1, 0, 1_000)), 90_000);
    arrivals.begin();
    arrivals.take(List.of(up(0, 1, 100_000), up(1, 1, 99_000), up(0, 1, 100_000)), 101_000);
    arrivals.take(List.of(up(2, 7, 50_000)), 101_000);

    assertThat(arrivals.total()).isEqualTo(5);
    assertThat(arrivals.again()).isEqualTo(1);
    assertThat(arrivals.gaps()).isZero();
    assertThat(arrivals.delays()).isEqualTo(new Delays(3, 2_000, 51_000, 51_000, 51_000));
  }

  @Test
  void aGapIsCountedAndWhatIsNoUplinkIsNot() {
    SourceRecord join =
        new SourceRecord(
            null, null, "bench.device.join", null, null, devEui(0), null, null, 1L, headers("7-0"));
    SourceRecord late = up(0, 5, 1_000);
    late.headers().addString(RecordFactory.HEADER_GAP, "trimmed");
    arrivals.take(List.of(join, late), 1_500);

    assertThat(arrivals.total()).isEqualTo(1);
    assertThat(arrivals.gaps()).isEqualTo(1);
  }

  @Test
  void figuresPassFromProcessToProcess() {
    ServerProcess.Figures before =
        new ServerProcess.Figures(3, 70, 300, 2, Map.of("api.A/Get", 4L, "api.B/List", 1L));
    ServerProcess.Figures after =
        new ServerProcess.Figures(10, 90, 450, 5, Map.of("api.A/Get", 6L, "api.B/List", 1L));
    assertThat(ServerProcess.Figures.parse(after.line())).isEqualTo(after);
    assertThat(after.since(before))
        .isEqualTo(new ServerProcess.Figures(7, 20, 150, 5, Map.of("api.A/Get", 2L)));
    assertThat(after.allCalls()).isEqualTo(7);
  }

  private static SourceRecord up(int device, long counter, long writtenAt) {
    return new SourceRecord(
        null,
        null,
        "bench.device.up",
        null,
        null,
        devEui(device),
        UP,
        new Struct(UP).put("f_cnt", counter),
        1L,
        headers(writtenAt + "-0"));
  }

  private static String devEui(int device) {
    return HexFormat.of().toHexDigits(FIRST + device);
  }

  private static ConnectHeaders headers(String id) {
    ConnectHeaders headers = new ConnectHeaders();
    headers.addString(RecordFactory.HEADER_ID, id);
    return headers;
  }
}
