package io.github.chirpconnect.source;

import static io.github.chirpconnect.source.ReplayedLog.number;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.chirpconnect.api.LogEntry;
import io.github.chirpconnect.source.ReplayedLog.Server;
import io.github.chirpconnect.source.log.ReplayFilter;
import io.github.chirpconnect.source.log.StreamTiming;
import io.github.chirpconnect.source.offset.EntryIdText;
import io.github.chirpconnect.source.offset.EntryIds;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Logs of 0 to 1,000 entries live, are trimmed, lost, restored and set back in time, while they are
 * read over streams that stand still anywhere and end anywhere, by readers that start again from
 * any offset. The books balance: nothing is passed on twice, nothing that can be read is left out,
 * what nobody could read is told, and nothing else is.
 */
class ReplayPropertiesTest {
  private static final long SEED = 20_261_126;

  @ParameterizedTest
  @EnumSource
  void whatIsOneHistoryStaysOneWhateverPauses(Server server) {
    Random seeds = new Random(SEED);
    for (int i = 0; i < 40; i++) {
      Life life = new Life(server, seeds.nextLong());
      life.live(40, Life::calmEvent);
      life.assertBooks();
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatBecomesOfTheServersRedisIsTold(Server server) {
    Random seeds = new Random(SEED + 1);
    for (int i = 0; i < 100; i++) {
      Life life = new Life(server, seeds.nextLong());
      life.live(30, Life::anyEvent);
      life.assertBooks();
    }
  }

  /** One log and whoever reads it. */
  private static final class Life {
    /** So many entries are remembered beyond what the log holds, at least. */
    private static final int BACKUP_DEPTH = 25;

    /** A log that was overrun while its stream was open is reported without a look for a minute. */
    private static final long OVERRUN_MS = 60_000;

    private record Saved(String offset, int passed) {}

    private final long seed;
    private final Random random;
    private final StreamTiming timing;
    private final ReplayedLog log;
    private final StringBuilder story = new StringBuilder();

    private final List<Integer> passed = new ArrayList<>();
    private final BitSet numbers = new BitSet();
    private final List<Saved> saves = new ArrayList<>(List.of(new Saved("1:", 0)));
    private ReplayFilter filter = new ReplayFilter(EntryIds.NONE, StreamTiming.V4);
    private ReplayedLog.Stream stream;
    private Map<Long, LogEntry> backup;
    private int backupAt;
    private long now;
    private long answered;
    private boolean answers = true;
    private boolean carries = true;

    /** The newest entry passed on was not in the log at some time since. */
    private boolean newestGone;

    /** When ten entries last came that were written within seconds, and the log held no others. */
    private long overrunAt = Long.MIN_VALUE / 2;

    private final List<Long> written = new ArrayList<>();

    /** When the stream was opened, entries had gone that nobody could have read. */
    private boolean missed;

    Life(Server server, long seed) {
      this.seed = seed;
      this.random = new Random(seed);
      this.timing = server == Server.V4 ? StreamTiming.V4 : StreamTiming.V3;
      int limit =
          switch (random.nextInt(4)) {
            case 0 -> 10;
            case 1 -> 10 + random.nextInt(20);
            case 2 -> random.nextInt(200);
            default -> random.nextInt(1_001);
          };
      this.log = new ReplayedLog(server, limit, random);
      this.filter = new ReplayFilter(EntryIds.NONE, timing);
      say("limit " + limit);
      append(random.nextInt(limit + 1));
    }

    void live(int events, Consumer<Life> event) {
      open();
      for (int i = 0; i < events; i++) {
        event.accept(this);
      }
      say("in the end");
      carries = true;
      answers = true;
      for (int i = 0; i < 3; i++) {
        if (stream == null) {
          open();
        }
        run(150_000);
        append(1);
      }
      run(150_000);
    }

    void calmEvent() {
      switch (random.nextInt(12)) {
        case 0, 1 -> append(1 + random.nextInt(3));
        case 2 -> append(1 + random.nextInt(Math.max(1, log.limit / 2)));
        case 9 -> speak(1 + random.nextInt(100));
        case 3 -> cut();
        case 4 -> restart();
        case 5 -> standStill(false);
        case 6 -> standStill(true);
        case 7 -> raise();
        case 8 -> run(random.nextInt(30_000));
        default -> run(random.nextInt(2_000));
      }
      if (stream == null) {
        open();
      }
    }

    void anyEvent() {
      switch (random.nextInt(16)) {
        case 0 -> clear(0);
        case 1 -> clear(-random.nextInt(20_000_000));
        case 2 -> restore();
        case 3 -> backUp();
        default -> calmEvent();
      }
      if (stream == null) {
        open();
      }
    }

    /** The operator lets the server keep more. */
    private void raise() {
      log.limit = Math.min(1_000, log.limit + random.nextInt(100 + 5 * log.limit));
      say("limit " + log.limit);
    }

    private void append(int count) {
      say("append " + count);
      for (int i = 0; i < count; i++) {
        log.append();
        newestGone |= newestIsGone();
        if (random.nextInt(4) == 0) {
          pass(random.nextInt(1_000));
        }
      }
    }

    private boolean newestIsGone() {
      return !passed.isEmpty() && !log.holds(newest());
    }

    private boolean isPassed(int number) {
      return numbers.get(number);
    }

    private int newest() {
      return passed.get(passed.size() - 1);
    }

    private void clear(long step) {
      cut();
      say("clear, clock " + step);
      log.clear();
      newestGone |= newestIsGone();
      log.stepRedisClock(step);
    }

    private void backUp() {
      say("back up");
      backup = log.backup();
      backupAt = log.appended();
    }

    private void restore() {
      if (backup == null || log.appended() - backupAt > BACKUP_DEPTH) {
        return;
      }
      cut();
      say("restore");
      log.restore(backup);
      newestGone |= newestIsGone();
    }

    /** As a device does, with time between. */
    private void speak(int count) {
      say("speak " + count);
      for (int i = 0; i < count; i++) {
        append(1);
        pass(3_000);
      }
    }

    private void cut() {
      say("cut");
      stream = null;
      filter.closed();
    }

    /** From any offset that was stored: what came after it comes again. */
    private void restart() {
      cut();
      Saved saved = saves.get(Math.max(0, saves.size() - 1 - random.nextInt(5)));
      say("restart from " + saved);
      saves.subList(saves.indexOf(saved) + 1, saves.size()).clear();
      List<Integer> again = passed.subList(saved.passed(), passed.size());
      again.forEach(numbers::clear);
      written.subList(saved.passed(), written.size()).clear();
      again.clear();
      newestGone |= newestIsGone();
      filter = new ReplayFilter(EntryIdText.read(saved.offset()), timing);
    }

    private void open() {
      now += 100;
      stream = log.open(now);
      filter.opened(now);
      // A stream that finds the newest one passed on where it was can't tell that others went.
      missed =
          newestIsGone()
              && IntStream.range(newest() + 1, log.appended())
                  .anyMatch(number -> !isPassed(number) && !log.holds(number));
    }

    /** In the middle of whatever is under way. */
    private void standStill(boolean whileCallsAreAnswered) {
      carries = false;
      answers = whileCallsAreAnswered;
      int millis = random.nextInt(20_000);
      say("stand still " + millis + (answers ? " answering" : ""));
      pass(millis);
      carries = true;
      answers = true;
    }

    private void run(int millis) {
      say("run " + millis);
      pass(millis);
    }

    private void pass(int millis) {
      long until = now + millis;
      log.pass(millis);
      while (now < until) {
        now = Math.min(until, now + 100);
        if (stream == null) {
          continue;
        }
        stream.look(now);
        // At times the link stops in the middle of what is under way.
        int most = random.nextInt(3) == 0 ? random.nextInt(12) : Integer.MAX_VALUE;
        for (int i = 0; carries && i < most && !filter.wantsReplay(); i++) {
          LogEntry entry = stream.next();
          if (entry == null) {
            break;
          }
          collect(filter.entry(entry, now));
        }
        if (answers && filter.wantsAnswer(now)) {
          answered = now;
        }
        collect(filter.tick(now, answered));
        if (filter.wantsReplay()) {
          say("read again");
          filter.closed();
          open();
        }
      }
    }

    private void collect(List<ReplayFilter.Passed> more) {
      for (ReplayFilter.Passed one : more) {
        int number = number(one.entry());
        assertThat(isPassed(number)).as(() -> number + " again" + story()).isFalse();
        if (one.gap() != null) {
          assertThat(newestGone || mayBeOverrun(one.entry()))
              .as(() -> "gap " + one.gap() + " at " + number + story())
              .isTrue();
        } else {
          assertThat(missed && !passed.isEmpty())
              .as(() -> "a gap at " + number + story())
              .isFalse();
        }
        newestGone = !log.holds(number);
        missed = false;
        mayBeOverrun(one.entry());
        passed.add(number);
        written.add(EntryIds.first(one.entry().id()));
        numbers.set(number);
        saves.add(new Saved(one.ids().text(), passed.size()));
      }
    }

    /** The reader can't tell ten entries that were the whole log from ten that are left of more. */
    private boolean mayBeOverrun(LogEntry entry) {
      if (!timing.equals(StreamTiming.V4)) {
        return false;
      }
      int before = passed.size() - 10;
      boolean fast =
          before >= 0 && EntryIds.first(entry.id()) - written.get(before) <= 10 * 500 + 1_000;
      if (fast && !log.holds(passed.get(before))) {
        overrunAt = now;
      }
      return now - overrunAt <= OVERRUN_MS;
    }

    void assertBooks() {
      Set<Integer> all = new HashSet<>(passed);
      int first = all.stream().min(Integer::compare).orElse(0);
      for (LogEntry entry : log.content()) {
        // What was trimmed before the first entry was ever read, and restored, counts as old.
        if (number(entry) > first) {
          assertThat(all)
              .as(() -> "in the log and not passed on" + story())
              .contains(number(entry));
        }
      }
    }

    private void say(String what) {
      story.append("; ").append(what);
    }

    private String story() {
      return " (seed " + seed + story + ")";
    }
  }
}
