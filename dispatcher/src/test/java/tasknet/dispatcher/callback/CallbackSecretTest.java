package tasknet.dispatcher.callback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signatures. */
class CallbackSecretTest {
  private static final String SECRET = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  @Test
  void aSignatureIsThatOfStandardWebhooks() {
    for (String text : new String[] {SECRET, "whsec_" + SECRET}) {
      assertThat(
              CallbackSecret.parse(text)
                  .signature(
                      "msg_p5jXN8AQM9LWM0D4loKWxJek",
                      Instant.ofEpochSecond(1614265330, 5),
                      "{\"test\": 2432232314}"))
          .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"secret!", "c2hvcnQ=", "whsec_c2hvcnQ="})
  void whatIsNoSecretIsRefusedAndNotShown(String text) {
    assertThatThrownBy(() -> CallbackSecret.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("24 to 64 bytes")
        .message()
        .doesNotContain(text.substring(6));
  }
}
