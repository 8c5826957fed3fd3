package tasknet.dispatcher.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tasknet.dispatcher.testkit.Futures.get;
import static tasknet.dispatcher.wal.WalSample.added;
import static tasknet.dispatcher.wal.WalSample.begun;
import static tasknet.dispatcher.wal.WalSample.completed;
import static tasknet.dispatcher.wal.WalSample.left;
import static tasknet.dispatcher.wal.WalSample.numbers;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tasknet.dispatcher.store.StoreException;
import tasknet.dispatcher.task.HeldTask;

/** What a crash leaves is passed over, and damage is told; never is anything read that was not. */
class SegmentDamageIT {
  private static final List<List<LogRecord>> APPENDS =
      List.of(
          List.of(added(1), added(2)),
          List.of(begun(1)),
          List.of(added(3), left(2), begun(3), completed(3)),
          List.of(completed(1), added(4)));

  /** What is read after so many of the appends. */
  private final List<List<HeldTask>> prefixes = new ArrayList<>();

  /** The file's size after so many of them. */
  private final List<Integer> ends = new ArrayList<>();

  @TempDir Path folder;
  private Path file;
  private byte[] whole;

  /** Each append is a group of its own. */
  @BeforeEach
  void write() throws IOException {
    file = new LogFolder(folder).file(1);
    try (FileTaskLog log = WalSample.log(new FileTaskLog.Options(folder, 2000, 4))) {
      log.start(_ -> {});
      prefixes.add(List.of());
      ends.add(Frames.HEADER_BYTES);
      for (List<LogRecord> append : APPENDS) {
        get(log.append(append));
        prefixes.add(FileTaskLog.read(folder));
        ends.add(Frames.HEADER_BYTES + (int) log.stats().bytes());
      }
    }
    whole = Files.readAllBytes(file);
    assertThat(whole).hasSize(ends.getLast());
    assertThat(prefixes).doesNotHaveDuplicates();
  }

  @Test
  void everyTruncatedTailLeavesTheWholeAppendsBeforeIt() throws IOException {
    for (int length = 0; length <= whole.length; length++) {
      for (int zeros : new int[] {0, 1, 7, 500}) {
        Files.write(file, Arrays.copyOf(Arrays.copyOf(whole, length), length + zeros));
        assertThat(FileTaskLog.read(folder))
            .as("%d bytes and %d zeros", length, zeros)
            .isEqualTo(prefixes.get(appendsIn(length, zeros)));
      }
    }
  }

  /** A frame may end with zeros, and then nothing is missing of it. */
  private int appendsIn(int length, int zeros) {
    int count = 0;
    while (count < APPENDS.size()
        && Arrays.equals(
            Arrays.copyOf(whole, ends.get(count + 1)),
            Arrays.copyOf(
                Arrays.copyOf(whole, length), Math.min(length + zeros, ends.get(count + 1))))) {
      count++;
    }
    return count;
  }

  @Test
  void everyFlippedBitIsFoundOrIsInTheLastGroup() throws IOException {
    int lastGroup = ends.get(APPENDS.size() - 1);
    for (int bit = 0; bit < 8 * whole.length; bit++) {
      byte[] flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(file, flipped);
      if (bit / 8 < lastGroup) {
        assertThatThrownBy(() -> FileTaskLog.read(folder))
            .as("bit %d", bit)
            .isInstanceOf(StoreException.class)
            .hasMessageContaining(file.toString());
      } else {
        assertThat(FileTaskLog.read(folder))
            .as("bit %d", bit)
            .isEqualTo(prefixes.get(APPENDS.size() - 1));
      }
    }
  }

  @Test
  void aGroupOfWhichOnlyTheEndReachedTheDiskIsWhatACrashLeaves() throws IOException {
    ByteWriter group = new ByteWriter();
    Frames frames = new Frames(1);
    for (long number = 7; number <= 9; number++) {
      int from = group.size();
      frames.begin(group, from);
      LogCodec.write(added(number), group);
      frames.end(group, from, whole.length + from);
    }
    int third = group.size() / 3;
    byte[] torn = Arrays.copyOf(whole, whole.length + group.size() + 50);
    group.written().get(torn, whole.length, group.size());
    Files.write(file, torn);
    assertThat(numbers(FileTaskLog.read(folder))).endsWith(7L, 8L, 9L);

    Arrays.fill(torn, whole.length, whole.length + third, (byte) 0);
    Files.write(file, torn);
    assertThat(FileTaskLog.read(folder)).isEqualTo(prefixes.getLast());

    Arrays.fill(torn, ends.get(3), ends.get(4), (byte) 0);
    Files.write(file, torn);
    assertThatThrownBy(() -> FileTaskLog.read(folder))
        .hasMessageContaining("damaged at byte " + ends.get(3));
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MAX_VALUE, Integer.MIN_VALUE, -1, 0, 1, 4, 5, 1_000_000_000})
  void anAbsurdLengthAtTheEndIsTorn(int length) throws IOException {
    byte[] torn = Arrays.copyOf(whole, whole.length + 40);
    ByteBuffer.wrap(torn, whole.length, 40).putInt(length).putInt(17).putInt(0).put((byte) 1);
    Files.write(file, torn);

    assertThat(FileTaskLog.read(folder)).isEqualTo(prefixes.getLast());
  }

  @Test
  void damageInTheMiddleNamesTheFileAndThePlaceAndSaysWhatToDo() throws IOException {
    whole[ends.get(1) + 15] ^= 4;
    Files.write(file, whole);

    FileTaskLog log = WalSample.log(FileTaskLog.Options.standard(folder));
    assertThatThrownBy(() -> log.start(_ -> {}))
        .isInstanceOf(StoreException.class)
        .hasMessage(
            file
                + " cannot be used: it is damaged at byte "
                + ends.get(1)
                + "; restore a backup, or move it away to start without the tasks in it");
    assertThat(Files.readAllBytes(file)).isEqualTo(whole);
    log.close();
  }

  @Test
  void onlyTheLastSegmentMayEndWithATornGroup() throws IOException {
    Path second = new LogFolder(folder).file(2);
    Files.write(file, Arrays.copyOf(whole, whole.length - 1));
    for (int length = 0; length <= Frames.HEADER_BYTES; length++) {
      Files.write(second, Arrays.copyOf(new Frames(2).header().array(), length));
      assertThatThrownBy(() -> FileTaskLog.read(folder))
          .hasMessageContaining(file + " cannot be used: it is damaged at byte " + ends.get(3));
    }
    Files.write(file, Arrays.copyOf(whole, whole.length + 1));
    assertThatThrownBy(() -> FileTaskLog.read(folder)).isInstanceOf(StoreException.class);

    Files.write(file, new byte[10]);
    assertThatThrownBy(() -> FileTaskLog.read(folder)).hasMessageContaining("damaged at byte 0");
  }

  @Test
  void aTornGroupIsRemovedAtTheStartSoThatTheNextSegmentsMayFollow() throws IOException {
    byte[] garbage = new byte[100_000];
    new Random(5).nextBytes(garbage);
    byte[] torn = Arrays.copyOf(whole, whole.length + garbage.length + 1000);
    System.arraycopy(garbage, 0, torn, whole.length, garbage.length);
    Files.write(file, torn);

    try (LogLines lines = new LogLines();
        FileTaskLog log = lines.log(FileTaskLog.Options.standard(folder))) {
      assertThat(log.start(_ -> {})).isEqualTo(prefixes.getLast());
      assertThat(lines.all())
          .singleElement()
          .asString()
          .startsWith("WARN " + file + " ends with 100000 bytes of a write that a crash cut short");
      assertThat(Files.readAllBytes(file)).isEqualTo(whole);
      get(log.append(List.of(added(9))));
    }
    assertThat(numbers(FileTaskLog.read(folder))).containsExactly(1L, 3L, 4L, 9L);
  }

  @Test
  void zerosAtTheEndAreNothingToTalkAbout() throws IOException {
    Files.write(file, Arrays.copyOf(whole, whole.length + 1000));

    try (LogLines lines = new LogLines();
        FileTaskLog log = lines.log(FileTaskLog.Options.standard(folder))) {
      assertThat(log.start(_ -> {})).isEqualTo(prefixes.getLast());
      assertThat(lines.all()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5, Frames.HEADER_BYTES})
  void aSegmentThatHadJustBegunIsNoReasonNotToStart(int length) throws IOException {
    Path second = new LogFolder(folder).file(2);
    Files.write(second, Arrays.copyOf(new Frames(2).header().array(), length));
    for (int round = 0; round < 2; round++) {
      FileTaskLog log = WalSample.log(FileTaskLog.Options.standard(folder));
      assertThat(log.start(_ -> {})).isEqualTo(prefixes.getLast());
      log.close();
    }
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void muchGarbageIsSearchedInNoTime() throws IOException {
    byte[] torn = Arrays.copyOf(whole, whole.length + (16 << 20));
    byte[] garbage = new byte[16 << 20];
    new Random(6).nextBytes(garbage);
    System.arraycopy(garbage, 0, torn, whole.length, garbage.length);
    Files.write(file, torn);

    assertThat(FileTaskLog.read(folder)).isEqualTo(prefixes.getLast());
  }

  @Test
  void aForeignFileIsRefused() throws IOException {
    Files.writeString(file, "Dear diary, today I met a log of tasks.");

    assertThatThrownBy(() -> FileTaskLog.read(folder))
        .isInstanceOf(StoreException.class)
        .hasMessage(
            file
                + " cannot be used: it is no segment of the log of tasks;"
                + " move it out of the data folder");
  }

  @Test
  void aSegmentUnderAnotherNumberIsRefused() throws IOException {
    Files.move(file, new LogFolder(folder).file(7));

    assertThatThrownBy(() -> FileTaskLog.read(folder))
        .hasMessageContaining("tasks.db-log-0000000007 cannot be used: it is damaged at byte 0");
  }

  @Test
  void aLaterVersionIsRefused() throws IOException {
    ByteBuffer.wrap(whole).putInt(8, Frames.VERSION + 1);
    Files.write(file, whole);

    assertThatThrownBy(() -> FileTaskLog.read(folder))
        .isInstanceOf(StoreException.class)
        .hasMessageStartingWith(
            file + " cannot be used: its format has version 2, and this Tasknet knows version 1;");
  }

  @Test
  void otherFilesOfTheFolderAreNotLookedAt() throws IOException {
    Files.writeString(folder.resolve("tasks.db"), "x");
    Files.writeString(folder.resolve("tasks.db-log-1"), "x");
    Files.writeString(folder.resolve("tasks.db-log-0000000002.part"), "x");

    assertThat(FileTaskLog.read(folder)).isEqualTo(prefixes.getLast());
  }
}
