package tasknet.monitoring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tasknet.http.Problem;
import tasknet.runtime.Settings;
import tasknet.runtime.SettingsException;

class ActionGuardTest {
  private final ActionGuard guard = new ActionGuard(new PageSettings(true, Set.of("mon", "a.b")));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "localhost:8080",
        "127.0.0.1:8080",
        "10.1.2.3",
        "[::1]:8080",
        "MON:1"
      })
  void ourOwnNamesAreAddressesLocalhostAndThoseThatAreListed(String host) {
    assertThat(guard.objection(new ActionGuard.Sender(host, "1", null, null))).isNull();
    assertThat(guard.objection(new ActionGuard.Sender(host, "1", "http://" + host, "same-origin")))
        .isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "b",
        "x.mon",
        "mon.x",
        "localhost.",
        "1.2.3",
        "1.2.3.4.5",
        "127.0.0.1x",
        "[::1",
        "a.b:x"
      })
  void anyOtherNameMayBeMadeToPointHere(String host) {
    Problem problem = guard.objection(new ActionGuard.Sender(host, "1", null, null));

    assertThat(Objects.requireNonNull(problem).code()).isEqualTo("cross-site");
    assertThat(problem.detail()).contains("TASKNET_MONITORING_HOSTS");
  }

  @Test
  void aRequestWithoutAHostIsFromNobody() {
    assertThat(guard.objection(new ActionGuard.Sender(null, "1", null, null))).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "",
        "http://mon",
        "http://mon:81",
        "ftp://mon:80",
        "mon:80",
        "://",
        "file:"
      })
  void anotherOriginMayNotAct(String origin) {
    assertThat(guard.objection(new ActionGuard.Sender("mon:80", "1", origin, null))).isNotNull();
  }

  @Test
  void hostsAreNamesWithCommasBetweenThem() {
    Settings settings =
        new Settings(
            Map.of(
                "TASKNET_MONITORING_WRITABLE", "true",
                "TASKNET_MONITORING_HOSTS", "Mon.example.org, tasknet"));

    assertThat(PageSettings.read(settings))
        .isEqualTo(new PageSettings(true, Set.of("mon.example.org", "tasknet")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mon:8080", "http://mon", "a,,b", "*", "a b"})
  void anythingElseIsNoHost(String hosts) {
    Settings settings = new Settings(Map.of("TASKNET_MONITORING_HOSTS", hosts));
    PageSettings.read(settings);

    assertThatThrownBy(settings::check)
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("host names without ports");
  }
}
