package io.github.chirpconnect.channel.token;

import static io.github.chirpconnect.channel.LoopbackServer.OTHER_TOKEN;
import static io.github.chirpconnect.channel.LoopbackServer.TOKEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.chirpconnect.channel.ChirpStackChannels;
import io.github.chirpconnect.channel.LoopbackServer;
import io.github.chirpconnect.config.ConnectionConfig;
import io.github.chirpconnect.config.TokenFiles;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenFileTest {
  @TempDir Path dir;
  private Path file;
  private long now = Long.MAX_VALUE - 5; // System.nanoTime may overflow
  private TokenFile tokens;

  @BeforeEach
  void write() throws IOException {
    System.setProperty(TokenFiles.DIRECTORIES, dir.toString());
    file = Files.writeString(dir.resolve("key"), TOKEN);
    tokens = new TokenFile(file, () -> now);
  }

  @AfterEach
  void permitNone() {
    System.clearProperty(TokenFiles.DIRECTORIES);
  }

  @Test
  void readsTheKeyWithoutWhiteSpaceAroundIt() throws Exception {
    Files.writeString(file, "\n  " + TOKEN + " \r\n");
    assertThat(tokens.token()).isEqualTo(TOKEN);
  }

  @Test
  void looksOnceASecondAtMost() throws Exception {
    assertThat(tokens.immediate()).isFalse();
    assertThat(tokens.token()).isEqualTo(TOKEN);
    assertThat(tokens.immediate()).isTrue();
    Files.writeString(file, OTHER_TOKEN + "\n");
    pass(Duration.ofMillis(999));
    assertThat(tokens.immediate()).isTrue();
    assertThat(tokens.token()).isEqualTo(TOKEN);
    pass(Duration.ofMillis(1));
    assertThat(tokens.immediate()).isFalse();
    assertThat(tokens.token()).isEqualTo(OTHER_TOKEN);
  }

  @Test
  void noticesAFileThatWasRenamedOverTheOldWithItsTimeAndSize() throws Exception {
    FileTime time = Files.getLastModifiedTime(file);
    assertThat(tokens.token()).isEqualTo(TOKEN);
    Path next = Files.writeString(dir.resolve("next"), sameSize());
    Files.setLastModifiedTime(next, time);
    Files.move(next, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    pass(Duration.ofSeconds(1));
    assertThat(tokens.token()).isEqualTo(sameSize());
  }

  @Test
  void readsAgainWhatWasRefusedThoughTheFileLooksTheSame() throws Exception {
    pass(Duration.ofSeconds(5));
    assertThat(tokens.token()).isEqualTo(TOKEN);
    overwriteUnnoticed(sameSize());
    pass(Duration.ofSeconds(2));
    assertThat(tokens.token()).isEqualTo(TOKEN);
    tokens.refused();
    assertThat(tokens.immediate()).isFalse();
    assertThat(tokens.token()).isEqualTo(sameSize());
    assertThat(tokens.immediate()).isTrue();
  }

  @Test
  void manyRefusalsReadOnceASecondAtMost() throws Exception {
    assertThat(tokens.token()).isEqualTo(TOKEN);
    overwriteUnnoticed(sameSize());
    pass(Duration.ofMillis(500));
    tokens.refused();
    assertThat(tokens.token()).isEqualTo(TOKEN);
    pass(Duration.ofMillis(500));
    assertThat(tokens.token()).isEqualTo(sameSize());
  }

  @Test
  void failsWithoutTheFileAndHealsWithIt() throws Exception {
    assertThat(tokens.token()).isEqualTo(TOKEN);
    Files.delete(file);
    pass(Duration.ofSeconds(1));
    assertThatThrownBy(tokens::token)
        .isInstanceOf(TokenUnavailableException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("no such file")
        .hasMessageContaining(ConnectionConfig.TOKEN_FILE);
    Files.writeString(file, OTHER_TOKEN);
    pass(Duration.ofSeconds(1));
    assertThat(tokens.token()).isEqualTo(OTHER_TOKEN);
  }

  @Test
  void neverShowsWhatTheFileHolds() throws Exception {
    Files.writeString(file, "root:secret words");
    assertThatThrownBy(tokens::token)
        .isInstanceOf(TokenUnavailableException.class)
        .hasMessageContaining("holds no API key")
        .satisfies(e -> assertThat(e.toString()).doesNotContain("root", "secret"));
    Files.writeString(file, TOKEN);
    pass(Duration.ofSeconds(1));
    assertThat(tokens.token()).isEqualTo(TOKEN);
    assertThat(tokens.toString()).doesNotContain(TOKEN);
  }

  @Test
  void refusesAFileTooLargeForAKey() throws Exception {
    Files.writeString(file, "a".repeat(1 << 20));
    assertThatThrownBy(tokens::token).hasMessageContaining("too large");
  }

  @Test
  void refusesADirectory() {
    assertThatThrownBy(() -> new TokenFile(dir, () -> now).token())
        .isInstanceOf(TokenUnavailableException.class)
        .hasMessageContaining("can't be read");
  }

  @Test
  void isRefusedWhereTheWorkerNamesNoDirectoryAndSaysHowToNameIt() {
    for (String none : new String[] {"", " "}) {
      System.setProperty(TokenFiles.DIRECTORIES, none);
      assertThatThrownBy(() -> channels(file))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("-D" + TokenFiles.DIRECTORIES + "=" + dir)
          .hasMessageContaining("config provider");
    }
    System.clearProperty(TokenFiles.DIRECTORIES);
    assertThatThrownBy(() -> channels(file)).isInstanceOf(ConfigException.class);
    assertThatThrownBy(tokens::token).hasMessageContaining(TokenFiles.DIRECTORIES);
  }

  @Test
  void isRefusedOutsideThePermittedDirectories() throws Exception {
    Path permitted = Files.createDirectory(dir.resolve("permitted"));
    Path linked = Files.createSymbolicLink(dir.resolve("linked"), permitted);
    System.setProperty(TokenFiles.DIRECTORIES, dir.resolve("none") + File.pathSeparator + linked);
    assertThatThrownBy(() -> channels(file))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(ConnectionConfig.TOKEN_FILE)
        .hasMessageContaining(TokenFiles.DIRECTORIES);
    assertThatThrownBy(() -> channels(permitted.resolve("..").resolve("key")))
        .isInstanceOf(ConfigException.class);
    assertThatThrownBy(
            () -> channels(permitted.resolve("gone").resolve("..").resolve("..").resolve("key")))
        .isInstanceOf(ConfigException.class);
    assertThatThrownBy(() -> channels(Path.of(permitted + "-too", "key")))
        .isInstanceOf(ConfigException.class);
    assertThatThrownBy(() -> channels(Files.createSymbolicLink(permitted.resolve("out"), file)))
        .isInstanceOf(ConfigException.class);
    channels(Files.writeString(permitted.resolve("key"), TOKEN));
    channels(permitted.resolve("not-there-yet"));
  }

  @Test
  void noticesALinkThatTurnsOutOfThePermittedDirectories() throws Exception {
    Path permitted = Files.createDirectory(dir.resolve("permitted"));
    Path good = Files.writeString(permitted.resolve("good"), OTHER_TOKEN);
    Path link = Files.createSymbolicLink(permitted.resolve("link"), good);
    System.setProperty(TokenFiles.DIRECTORIES, permitted.toString());
    TokenFile linked = new TokenFile(link, () -> now);
    assertThat(linked.token()).isEqualTo(OTHER_TOKEN);
    Files.delete(link);
    Files.createSymbolicLink(link, file);
    pass(Duration.ofSeconds(1));
    assertThatThrownBy(linked::token)
        .isInstanceOf(TokenUnavailableException.class)
        .hasMessageContaining("outside the directories");
  }

  private static void channels(Path file) {
    ConnectionConfig config =
        LoopbackServer.config(
            "localhost:8080", Map.of(ConnectionConfig.TOKEN_FILE, file.toString()));
    new ChirpStackChannels(config).close();
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  private static String sameSize() {
    return TOKEN.toLowerCase(java.util.Locale.ROOT);
  }

  private void overwriteUnnoticed(String token) throws IOException {
    FileTime time = Files.getLastModifiedTime(file);
    Files.writeString(file, token);
    Files.setLastModifiedTime(file, time);
  }
}
