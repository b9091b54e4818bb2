package io.github.chirpconnect.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.harness.kafka.TopicRecord;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
  private static final String INFO = "\"device_info\": {\"device_name\": \"sensor-001\"}";
  private static final TopicRecord UP =
      Records.event(
          "up",
          1,
          "{"
              + INFO
              + ", \"f_port\": 10, \"f_cnt\": 3, \"rx_info\": [{\"rssi\": -71}], \"object\":"
              + " \"{\\\"label\\\": \\\"lab\\\", \\\"temperature\\\": 21.5, \\\"nested\\\": {},"
              + " \\\"nothing\\\": null}\"}");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Rows rows = new Rows();

  @Test
  void columnsAreAlignedAndPlainWhereNoTerminalIs() {
    Table table = new Table(screen(false), ZoneOffset.UTC);
    table.header();
    table.add(rows.of(UP));
    table.addMarked(
        rows.of(Records.event("ack", 2, "{\"queue_item_id\": \"0123456789\", \"f_cnt_down\": 4}")));
    assertThat(lines())
        .containsExactly(
            "",
            "   TIME      DEVICE                             EVENT     VALUES",
            "   12:00:01  sensor-001       0102030405060708  up        temperature 21.5  label lab "
                + " f_port 10  f_cnt 3  -71 dBm",
            ">> 12:00:02  sensor-001       0102030405060708  ack       item 01234567  f_cnt 4  not"
                + " acknowledged");
  }

  @Test
  void coloursAreForTerminals() {
    new Table(screen(true), ZoneOffset.UTC).add(rows.of(UP));
    assertThat(lines().get(0)).startsWith("\u001b[32m").endsWith("\u001b[0m");
  }

  @Test
  void aRowIsOneLineWhateverADeviceSays() {
    TopicRecord log =
        Records.event(
            "log",
            0,
            "{\"code\": \"X\", \"description\": \"a\\nb\\u001b[2J" + "c".repeat(200) + "\"}");
    new Table(screen(false), ZoneOffset.UTC).add(rows.of(log));
    assertThat(lines()).hasSize(1);
    assertThat(lines().get(0)).contains("a b [2Jc").endsWith("...").hasSize(140);
  }

  @Test
  void aPayloadWithoutACodecIsShownInHex() {
    TopicRecord up =
        Records.event(
            "up", 0, "{\"object\": null, \"data\": \"AQL/\", \"f_port\": 1, \"f_cnt\": 0}");
    assertThat(rows.of(up).values()).isEqualTo("data 0102ff  f_port 1  f_cnt 0");
  }

  @Test
  void aDeletedDeviceIsShown() {
    assertThat(rows.of(Records.device(null)).event()).isEqualTo("deleted");
  }

  private Screen screen(boolean terminal) {
    return new Screen(new PrintStream(out, true, StandardCharsets.UTF_8), terminal);
  }

  private List<String> lines() {
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
