package tasknet.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String SPAN = "b7ad6b7169203331";
  private static final String VALID = "00-" + TRACE + "-" + SPAN + "-01";

  @Test
  void aTraceparentIsReadIntoItsParts() {
    TraceContext context = Objects.requireNonNull(TraceContext.read(VALID, "vendor=1, other=a b"));

    assertThat(context).isEqualTo(new TraceContext(VALID, "vendor=1, other=a b"));
    assertThat(context.traceId()).isEqualTo(TRACE);
    assertThat(context.spanId()).isEqualTo(SPAN);
    assertThat(context.isSampled()).isTrue();
    assertThat(context.withoutState()).isEqualTo(new TraceContext(VALID, null));
    assertThat(TraceContext.inLog(context)).isEqualTo(" trace=" + TRACE);
    assertThat(TraceContext.inLog(null)).isEmpty();
    assertThat(TraceContext.of(TRACE, SPAN, true, null)).isEqualTo(context.withoutState());
  }

  @ParameterizedTest
  @CsvSource({
    "00,00,false",
    "01,01,true",
    "02,02,false",
    "03,03,true",
    "ff,03,true",
    "fe,02,false"
  })
  void onlyFlagsThatAreKnownArePassedOn(String given, String passedOn, boolean sampled) {
    TraceContext context =
        Objects.requireNonNull(TraceContext.read("00-" + TRACE + "-" + SPAN + "-" + given, null));

    assertThat(context.traceparent()).endsWith("-" + passedOn);
    assertThat(context.isSampled()).isEqualTo(sampled);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"01-%s-%s-01", "cc-%s-%s-01-what-the-future-will-be-like", "fe-%s-%s-09-"})
  void aLaterVersionIsPassedOnAsThisOne(String later) {
    assertThat(TraceContext.read(later.formatted(TRACE, SPAN), null))
        .isEqualTo(new TraceContext(VALID, null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0x",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
        "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.more",
        "00-0af7651916cd43dd8448eb211c8031-9cb7ad6b7169203331-01x",
        "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "0g-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333\u0661-01"
      })
  void whatIsMalformedIsNoTrace(String malformed) {
    assertThat(TraceContext.read(malformed, "vendor=1")).isNull();
    assertThatThrownBy(() -> new TraceContext(malformed, null))
        .isInstanceOf(InvalidValueException.class);
  }

  @Test
  void whatVendorsSayIsLeftOutWhenItCannotBePassedOn() {
    TraceContext without = new TraceContext(VALID, null);
    String longest = "x".repeat(TraceContext.LONGEST_STATE);

    assertThat(TraceContext.read(VALID, longest)).isEqualTo(new TraceContext(VALID, longest));
    assertThat(TraceContext.read(VALID, longest + "x")).isEqualTo(without);
    assertThat(TraceContext.read(VALID, "")).isEqualTo(without);
    assertThat(TraceContext.read(VALID, "a=\n")).isEqualTo(without);
    assertThat(TraceContext.read(VALID, "a=ü")).isEqualTo(without);
    assertThat(TraceContext.read(null, "a=1")).isNull();
  }
}
