package tasknet.nameservice;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import tasknet.registry.Registration;
import tasknet.registry.WorkerId;

class HeartbeatBodiesTest {
  private static final WorkerId A = new WorkerId("a");
  private static final WorkerId B = new WorkerId("b");

  private final HeartbeatBodies bodies = new HeartbeatBodies(2);
  private final AtomicInteger parsed = new AtomicInteger();

  @Test
  void aHeartbeatLikeTheOneBeforeIsNotParsed() {
    Registration first = read(A, 1);
    assertThat(read(B, 2).epoch()).isEqualTo(2);

    assertThat(read(A, 1)).isSameAs(first);
    assertThat(parsed).hasValue(2);
    assertThat(read(A, 3).epoch()).isEqualTo(3);
    assertThat(parsed).hasValue(3);
  }

  @Test
  void onlyWhatTheOneBeforeSaidIsKnown() {
    assertThat(bodies.known("a", new byte[] {1})).isNull();
    Registration first = read(A, 1);

    assertThat(bodies.known("a", new byte[] {1})).isSameAs(first);
    assertThat(bodies.known("a", new byte[] {2})).isNull();
    assertThat(bodies.known("b", new byte[] {1})).isNull();
    read(A, 2);
    assertThat(bodies.known("a", new byte[] {1})).isNull();
  }

  @Test
  void ofMoreWorkersThanAreKeptTheSilentOnesAreForgotten() {
    read(A, 1);
    read(B, 1);
    read(A, 1);
    read(new WorkerId("c"), 1);
    assertThat(parsed).hasValue(3);

    read(A, 1);
    assertThat(parsed).hasValue(3);
    read(B, 1);
    assertThat(parsed).hasValue(4);
  }

  private Registration read(WorkerId id, int epoch) {
    return bodies.read(
        id,
        new byte[] {(byte) epoch},
        bytes -> {
          parsed.incrementAndGet();
          return RegistryTest.registration(bytes[0], "hash");
        });
  }
}
