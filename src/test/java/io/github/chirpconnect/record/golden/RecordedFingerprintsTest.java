package io.github.chirpconnect.record.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.Entity;
import io.github.chirpconnect.feed.Feed;
import io.github.chirpconnect.feed.Generation;
import io.github.chirpconnect.record.Fingerprints;
import io.github.chirpconnect.record.RecordFactory;
import io.github.chirpconnect.record.RecordForm;
import io.github.chirpconnect.record.schema.InventorySchemas;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Fingerprints live in the offsets of those who use the connector: another one for the same content
 * makes every connector write its whole inventory again. So each row of the recorded lists keeps
 * the one that it had, in src/test/resources/fingerprints. {@code mvn test
 * -Dtest=RecordedFingerprintsTest -Dreference.write=true} writes them where the recordings have
 * changed, and nothing else may be a reason for that.
 */
class RecordedFingerprintsTest {
  @ParameterizedTest
  @EnumSource
  void eachRecordedEntityHasTheFingerprintThatItHad(Generation generation) throws Exception {
    Path file = Path.of("src", "test", "resources", "fingerprints", generation + ".txt");
    List<String> prints = prints(generation);
    if (Boolean.getBoolean("reference.write")) {
      Files.createDirectories(file.getParent());
      Files.write(file, prints);
    }
    assertThat(prints).isEqualTo(Files.readAllLines(file));
    assertThat(prints).hasSizeGreaterThan(20);
  }

  /** Of what counts by default, of all fields, and of all with secrets. */
  private static List<String> prints(Generation generation) throws InterruptedException {
    Kinds usual = new Kinds(generation, false, true);
    Kinds all = new Kinds(generation, false, false);
    Kinds secrets = new Kinds(generation, true, false);
    List<String> prints = new ArrayList<>();
    for (Entity entity : RecordedEntities.of(generation)) {
      prints.add(
          String.join(
              " ",
              entity.feed().id(),
              entity.id(),
              usual.of(entity),
              all.of(entity),
              secrets.of(entity)));
    }
    return prints;
  }

  /** The fingerprints of each feed. */
  private static final class Kinds {
    private final RecordFactory records;
    private final boolean usual;
    private final Map<Feed, Fingerprints> feeds = new EnumMap<>(Feed.class);

    private Kinds(Generation generation, boolean secrets, boolean usual) {
      this.records =
          new RecordFactory(
              RecordForm.usual("c"), () -> generation, Clock.systemUTC(), Long.MAX_VALUE, secrets);
      this.usual = usual;
    }

    private String of(Entity entity) {
      return feeds
          .computeIfAbsent(
              entity.feed(),
              feed ->
                  records.fingerprints(
                      feed, usual ? InventorySchemas.of(feed).volatileByDefault() : Set.of()))
          .of(entity);
    }
  }
}
