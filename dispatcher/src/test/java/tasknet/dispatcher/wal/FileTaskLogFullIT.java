package tasknet.dispatcher.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static tasknet.dispatcher.testkit.Futures.failure;
import static tasknet.dispatcher.testkit.Futures.get;
import static tasknet.dispatcher.wal.WalSample.added;
import static tasknet.dispatcher.wal.WalSample.numbers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tasknet.dispatcher.store.StoreFullException;
import tasknet.testkit.SmallDisk;

/** On a full disk nothing that was answered is lost, and room is used when it comes back. */
class FileTaskLogFullIT {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(longs = {16 << 20, 300_000})
  void whatIsRefusedIsNotThereAndEverythingElseIs(long segmentBytes) throws Exception {
    try (SmallDisk small = SmallDisk.mount(folder, 4)) {
      Path disk = small.path();
      Path ballast = disk.resolve("ballast");
      Files.write(ballast, new byte[2 << 20]);
      List<Long> kept = new ArrayList<>();
      try (FileTaskLog log = start(disk, segmentBytes)) {
        fill(log, kept);
        assertThat(numbers(FileTaskLog.read(disk))).isEqualTo(kept);

        Files.delete(ballast);

        get(log.append(List.of(added(1_000_000))));
        kept.add(1_000_000L);
        assertThat(numbers(FileTaskLog.read(disk))).isEqualTo(kept);
      }
      try (FileTaskLog log = start(disk, segmentBytes)) {
        assertThat(numbers(FileTaskLog.read(disk))).isEqualTo(kept);
        get(log.append(List.of(added(1_000_001))));
      }
    }
  }

  @Test
  void itStartsOnAFullDisk() throws Exception {
    try (SmallDisk small = SmallDisk.mount(folder, 4)) {
      Path disk = small.path();
      List<Long> kept = new ArrayList<>();
      try (FileTaskLog log = start(disk, 16 << 20)) {
        fill(log, kept);
      }
      fillUp(disk);
      try (FileTaskLog log = WalSample.log(FileTaskLog.Options.standard(disk))) {
        assertThat(numbers(log.start(_ -> {}))).isEqualTo(kept);
        assertThat(failure(log.append(List.of(added(1_000_000)))))
            .isInstanceOf(StoreFullException.class);
        log.clear();
        get(log.append(List.of(added(1_000_001))));
      }
    }
  }

  private static FileTaskLog start(Path folder, long segmentBytes) {
    FileTaskLog log = WalSample.log(new FileTaskLog.Options(folder, segmentBytes, 4));
    log.start(_ -> {});
    return log;
  }

  /** Adds, many at a time, until nothing more is taken; tells what was. */
  private static void fill(FileTaskLog log, List<Long> kept) {
    int refusedInARow = 0;
    for (long number = 0; refusedInARow < 300; number += 50) {
      List<CompletableFuture<Long>> burst = new ArrayList<>();
      for (long each = number; each < number + 50; each++) {
        burst.add(log.append(List.of(added(each))));
      }
      for (int index = 0; index < burst.size(); index++) {
        Throwable failure = failure(burst.get(index));
        if (failure == null) {
          kept.add(number + index);
          refusedInARow = 0;
        } else {
          assertThat(failure).isInstanceOf(StoreFullException.class);
          refusedInARow++;
        }
      }
    }
    assertThat(kept).hasSizeGreaterThan(1000);
  }

  /** Until not even an empty file has room for its header. */
  private static void fillUp(Path disk) throws IOException {
    try (var rest = Files.newOutputStream(disk.resolve("rest"))) {
      byte[] page = new byte[4096];
      while (true) {
        rest.write(page);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
    }
  }
}
