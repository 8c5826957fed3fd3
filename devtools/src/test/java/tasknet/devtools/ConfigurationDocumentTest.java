package tasknet.devtools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tasknet.dispatcher.DispatcherSettings;
import tasknet.monitoring.MonitoringSettings;
import tasknet.nameservice.NameserviceSettings;
import tasknet.runtime.SettingsException;
import tasknet.worker.Handlers;
import tasknet.worker.WorkerSettings;
import tasknet.worker.handler.ReverseHandler;

/** The tables of {@code docs/configuration.md} are true: names, defaults and bounds. */
class ConfigurationDocumentTest {
  private static final Handlers HANDLERS = new Handlers(List.of(new ReverseHandler()));
  private static final Pattern QUOTED = Pattern.compile("`([^`]*)`");
  private static final Pattern BOUNDS = Pattern.compile("^(\\d+) (?:to (\\d+)|or more)");
  private static final Pattern NAME_IN_CODE =
      Pattern.compile("\"(TASKNET_[A-Z_]+|LOG_[A-Z_]+|OTEL_[A-Z_]+|HOSTNAME)\"");
  private static final Pattern NAME_IN_SCRIPT =
      Pattern.compile("\\$\\{(TASKNET_[A-Z_]+|OTEL_[A-Z_]+|JAVA_HOME)");

  private final Map<String, List<List<String>>> tables =
      Documents.rows(Documents.read("docs/configuration.md"));

  ConfigurationDocumentTest() throws IOException {}

  enum Section {
    DISPATCHER("Dispatcher", true),
    NAMESERVICE("Nameservice", false),
    WORKER("Worker", true),
    MONITORING("Monitoring", false);

    private final String heading;
    private final boolean traces;

    /**
     * @param traces whether it reads those of the table of traces, too
     */
    Section(String heading, boolean traces) {
      this.heading = heading;
      this.traces = traces;
    }

    Object read(Map<String, String> told) {
      return switch (this) {
        case DISPATCHER -> DispatcherSettings.read(told);
        case NAMESERVICE -> NameserviceSettings.read(told);
        case WORKER -> WorkerSettings.read(told, HANDLERS, List.of("reverse"), "a-1");
        case MONITORING -> MonitoringSettings.read(told);
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void aServicesTableHasTheVariablesThatItReads(Section section) {
    Asked asked = new Asked();
    assertThat(section.read(asked)).isNotNull();

    List<String> documented = rows(section).stream().map(row -> name(row)).toList();
    assertThat(documented).doesNotHaveDuplicates();
    assertThat(documented).containsAll(asked.names);
    assertThat(asked.names).containsAll(documented);
  }

  @ParameterizedTest
  @EnumSource
  void aDefaultInBackticksIsWhatHoldsWithoutTheVariable(Section section) {
    Object nothingGiven = section.read(Map.of());
    int compared = 0;
    for (List<String> row : rows(section)) {
      Matcher value = QUOTED.matcher(row.get(2));
      if (value.matches()) {
        assertThat(section.read(Map.of(name(row), value.group(1))))
            .as(name(row))
            .usingRecursiveComparison()
            .isEqualTo(nothingGiven);
        compared++;
      }
    }
    assertThat(compared).isPositive();
  }

  @ParameterizedTest
  @EnumSource
  void theBoundsAreAllowedAndWhatIsBeyondThemIsNot(Section section) {
    int compared = 0;
    for (List<String> row : rows(section)) {
      Matcher bounds = BOUNDS.matcher(row.get(3));
      if (bounds.find()) {
        BigInteger least = new BigInteger(bounds.group(1));
        allowed(section, name(row), least);
        refused(section, name(row), least.subtract(BigInteger.ONE));
        if (bounds.group(2) != null) {
          BigInteger most = new BigInteger(bounds.group(2));
          allowed(section, name(row), most);
          refused(section, name(row), most.add(BigInteger.ONE));
        }
        compared++;
      }
    }
    assertThat(compared).isPositive();
  }

  @Test
  void everyVariableInTheSourcesIsDocumentedAndNoOther() throws IOException {
    Set<String> documented = new TreeSet<>();
    tables.values().forEach(rows -> rows.forEach(row -> documented.add(name(row))));

    Set<String> read = new TreeSet<>(names(NAME_IN_SCRIPT, Documents.read("tasknet")));
    read.addAll(names(NAME_IN_SCRIPT, Documents.read("docker-compose.yml")));
    for (Path source : Documents.files(".java")) {
      if (source.toString().contains("/src/main/")) {
        read.addAll(names(NAME_IN_CODE, Files.readString(source)));
      }
    }
    assertThat(documented).isEqualTo(read);
  }

  private List<List<String>> rows(Section section) {
    List<List<String>> rows = new ArrayList<>(tables.getOrDefault(section.heading, List.of()));
    if (section.traces) {
      rows.addAll(tables.getOrDefault("Traces", List.of()));
    }
    return rows;
  }

  private static String name(List<String> row) {
    return row.getFirst().replace("`", "");
  }

  private static List<String> names(Pattern pattern, String source) {
    return pattern.matcher(source).results().map((MatchResult match) -> match.group(1)).toList();
  }

  private static void allowed(Section section, String name, BigInteger value) {
    assertThatCode(() -> section.read(Map.of(name, value.toString())))
        .as("%s=%s", name, value)
        .doesNotThrowAnyException();
  }

  private static void refused(Section section, String name, BigInteger value) {
    assertThatThrownBy(() -> section.read(Map.of(name, value.toString())))
        .as("%s=%s", name, value)
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining(name);
  }

  /** An empty environment that remembers what it was asked for. */
  private static final class Asked extends AbstractMap<String, String> {
    private final Set<String> names = new TreeSet<>();

    @Override
    public @Nullable String get(@Nullable Object name) {
      names.add(String.valueOf(name));
      return null;
    }

    @Override
    public Set<Entry<String, String>> entrySet() {
      return Set.of();
    }
  }
}
