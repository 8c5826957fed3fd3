package tasknet.monitoring.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleFileIT {
  private static final long SECOND = 1_795_000_000;
  private static final int HEAD = 64;
  private static final int RECORD = 8 + 4 * Series.COUNT + 4;

  @TempDir private Path folder;
  private final List<String> remarks = new ArrayList<>();

  @Test
  void whatWasWrittenIsReadAgain() throws IOException {
    write(sample(SECOND, 1), sample(SECOND + 2, 2), sample(SECOND + 86_400, 3));

    SampleRing ring = read();

    assertThat(value(ring, SECOND + 2)).isEqualTo(2);
    assertThat(value(ring, SECOND + 86_400)).as("it took the place of the first").isEqualTo(3);
    assertThat(Objects.requireNonNull(ring.at(SampleRing.place(SECOND))).second())
        .isEqualTo(SECOND + 86_400);
    assertThat(remarks).isEmpty();
  }

  @Test
  void theFileIsOfOneSizeFromTheBeginning() throws IOException {
    write();
    long before = Files.size(file());
    for (int number = 0; number < 3; number++) {
      write(sample(SECOND + number * 40_000L, number));
    }

    assertThat(before).isEqualTo(HEAD + (long) RECORD * SampleRing.CAPACITY).isLessThan(3_000_000);
    assertThat(Files.size(file())).isEqualTo(before);
  }

  @Test
  void aHalfWrittenSampleIsPassedOver() throws IOException {
    write(sample(SECOND, 1), sample(SECOND + 2, 2));
    long place = HEAD + (long) RECORD * SampleRing.place(SECOND);
    overwrite(place + RECORD / 2, new byte[RECORD / 2]);

    SampleRing ring = read();

    assertThat(ring.at(SampleRing.place(SECOND))).isNull();
    assertThat(value(ring, SECOND + 2)).isEqualTo(2);
    assertThat(remarks).singleElement().asString().startsWith("1 samples of the history");
  }

  @Test
  void aSampleInThePlaceOfAnotherIsPassedOver() throws IOException {
    write(sample(SECOND, 1));
    byte[] all = Files.readAllBytes(file());
    int place = HEAD + RECORD * SampleRing.place(SECOND);
    overwrite(place + RECORD, Arrays.copyOfRange(all, place, place + RECORD));

    SampleRing ring = read();

    assertThat(ring.at(SampleRing.place(SECOND + 2))).isNull();
    assertThat(value(ring, SECOND)).isEqualTo(1);
  }

  @Test
  void aFileOfAnotherVersionBeginsAnew() throws IOException {
    write(sample(SECOND, 1));
    overwrite(7, new byte[] {'2'});

    SampleRing ring = read();

    assertThat(ring.at(SampleRing.place(SECOND))).isNull();
    assertThat(remarks).singleElement().asString().endsWith("it begins anew");
    remarks.clear();
    write(sample(SECOND, 5));
    assertThat(value(read(), SECOND)).isEqualTo(5);
    assertThat(remarks).isEmpty();
  }

  @Test
  void aFileThatBrokeOffBeginsAnew() throws IOException {
    Files.write(file(), new byte[] {1, 2, 3});

    read();

    assertThat(remarks).singleElement().asString().endsWith("it begins anew");
    assertThat(Files.size(file())).isEqualTo(HEAD + (long) RECORD * SampleRing.CAPACITY);
  }

  @Test
  void twoDoNotWriteOneFile() throws IOException {
    try (SampleFile _ = SampleFile.open(file(), new SampleRing(), remarks::add)) {
      assertThatThrownBy(() -> SampleFile.open(file(), new SampleRing(), remarks::add))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("written by another monitoring");
    }
  }

  private void write(Sample... samples) throws IOException {
    try (SampleFile opened = SampleFile.open(file(), new SampleRing(), remarks::add)) {
      for (Sample sample : samples) {
        opened.write(sample);
      }
    }
  }

  private SampleRing read() throws IOException {
    SampleRing ring = new SampleRing();
    SampleFile.open(file(), ring, remarks::add).close();
    return ring;
  }

  private void overwrite(long at, byte[] bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(bytes), at);
    }
  }

  private Path file() {
    return folder.resolve("history.bin");
  }

  private static float value(SampleRing ring, long second) {
    return Objects.requireNonNull(ring.at(SampleRing.place(second))).values()[0];
  }

  private static Sample sample(long second, float value) {
    float[] values = new float[Series.COUNT];
    Arrays.fill(values, value);
    return new Sample(second, values);
  }
}
