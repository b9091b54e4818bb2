package io.github.chirpconnect.sink.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.Downlink;
import io.github.chirpconnect.config.SinkConfig.Tombstone;
import io.github.chirpconnect.harness.WrittenCommand;
import io.github.chirpconnect.testing.Documents;
import io.github.chirpconnect.testing.Documents.Block;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Commands as people and tools write them; {@code CommandFormsIT} sends the same to servers. */
class WrittenCommandsTest {
  private static final String DEVICE = "0a0b0c0d00000001";
  private static final Pattern COMMAND =
      Pattern.compile("^\\{.*\"fPort\".*\\}$", Pattern.MULTILINE);

  private final List<String> said = new ArrayList<>();
  private final CommandReader reader = new CommandReader(Tombstone.REJECT, said::add);

  static Stream<WrittenCommand> all() {
    return WrittenCommand.all(DEVICE).stream();
  }

  @ParameterizedTest
  @MethodSource("all")
  void isReadAsItIsMeantOrRefusedByItsField(WrittenCommand written) {
    ParsedRecord reading = reader.read(record(written.key(), written.value()));

    if (written.byServer()) {
      assertThat(((Command) reading).advice()).contains(written.refused());
      return;
    }
    if (written.queued() == null) {
      assertThat(reading).isInstanceOf(InvalidCommand.class);
      assertThat(((InvalidCommand) reading).reason()).contains(written.refused());
      return;
    }
    assertThat(reading).isInstanceOf(Command.Enqueue.class);
    assertThat(reading.id()).isEqualTo(written.id());
    Downlink downlink = ((Command.Enqueue) reading).downlink();
    assertThat(downlink.target().id()).isEqualTo(DEVICE);
    if (downlink.data() == null) {
      assertThat(downlink.objectJson()).contains("\"on\":true", "\"level\":7");
    } else {
      assertThat(
              downlink.fPort()
                  + " "
                  + HexFormat.of().formatHex(downlink.data())
                  + (downlink.confirmed() ? " confirmed" : ""))
          .isEqualTo(written.queued());
    }
  }

  /** What the documents show is a command as it stands, or needs what the text says. */
  @Test
  void theDocumentsShowCommands() {
    List<String> shown = new ArrayList<>();
    for (Block block : Documents.blocks("json")) {
      Matcher commands = COMMAND.matcher(block.text());
      while (commands.find()) {
        String command = commands.group();
        shown.add(command);
        if (!(reader.read(record("any", command)) instanceof Command.Enqueue)) {
          assertThat(block.after()).as(command).contains("needs the device in the record's key");
          assertThat(reader.read(record(DEVICE, command)))
              .as(command)
              .isInstanceOf(Command.Enqueue.class);
        }
      }
    }
    assertThat(shown).hasSizeGreaterThanOrEqualTo(4);
  }

  @Test
  void whatCouldBeHexIsSaidOnce() {
    for (int i = 0; i < 3; i++) {
      reader.read(
          record(DEVICE, "{\"f_port\":1,\"data\":\"%s\"}".formatted(i < 1 ? "AQ==" : "0167ff01")));
    }

    assertThat(said)
        .containsExactly(
            "The command at commands-0@7: data is '0167ff01', which is base64 of the bytes d35ebb7dfd35 and looks"
                + " like hex; these bytes are queued, since ChirpStack reads data as base64. For hex, write data_hex."
                + " This task logs it once.");
  }

  private static SinkRecord record(String key, String value) {
    return new SinkRecord("commands", 0, null, key, null, value, 7);
  }
}
