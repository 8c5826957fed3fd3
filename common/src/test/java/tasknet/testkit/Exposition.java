package tasknet.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a service shows at {@code /metrics}, read as Prometheus reads it. */
public final class Exposition {
  private static final Pattern NAME = Pattern.compile("(tasknet|jvm|process|http)_[a-z0-9_]+");
  private static final Pattern LABELS =
      Pattern.compile("([a-z_]+=\"(?:[^\"\\\\\n]|\\\\[\\\\\"n])*\",?)*");
  private static final Pattern SAMPLE =
      Pattern.compile("([A-Za-z0-9_:]+)(?:\\{(.*)})? ([-+0-9.eE]+|NaN|[+-]Inf)");
  private static final Pattern PART = Pattern.compile("_(bucket|count|sum)$");
  private static final Set<String> UNITS_NOT_USED =
      Set.of("millis", "milliseconds", "ms", "ns", "nanos", "micros", "minutes", "kb", "mb");

  private final Map<String, String> types = new TreeMap<>();
  private final Map<String, String> helps = new TreeMap<>();
  private final Set<String> samples = new TreeSet<>();
  private final List<String> violations = new ArrayList<>();

  private Exposition() {}

  /** Reads what was scraped. */
  public static Exposition of(String text) {
    Exposition read = new Exposition();
    text.lines().forEach(read::line);
    read.families().forEach(read::check);
    return read;
  }

  /** The names of all families, as their {@code TYPE} lines have them. */
  public Set<String> families() {
    return new TreeSet<>(types.keySet());
  }

  /** The names of all samples: what a query may ask for. */
  public Set<String> samples() {
    return new TreeSet<>(samples);
  }

  /** {@code counter}, {@code gauge}, {@code histogram} or {@code summary}. */
  public String type(String family) {
    return types.getOrDefault(family, "none");
  }

  /** What breaks the format or the conventions; empty for nothing. */
  public List<String> violations() {
    return List.copyOf(violations);
  }

  private void line(String line) {
    String[] words = line.split(" ", 4);
    if (line.startsWith("# HELP ")) {
      helps.put(words[2], words.length > 3 ? words[3] : "");
    } else if (line.startsWith("# TYPE ")) {
      if (types.put(words[2], words[3]) != null) {
        violations.add(words[2] + " has two types");
      }
    } else if (!line.startsWith("#") && !line.isEmpty()) {
      sample(line);
    }
  }

  private void sample(String line) {
    Matcher matcher = SAMPLE.matcher(line);
    if (!matcher.matches()) {
      violations.add("not a sample: " + line);
      return;
    }
    String name = matcher.group(1);
    String labels = matcher.group(2);
    samples.add(name);
    if (labels != null && !LABELS.matcher(labels).matches()) {
      violations.add("labels: " + line);
    }
    if (!types.containsKey(name) && !types.containsKey(PART.matcher(name).replaceFirst(""))) {
      violations.add(name + " has no type");
    }
  }

  private void check(String family) {
    if (helps.getOrDefault(family, "").isBlank()) {
      violations.add(family + " has no help");
    }
    if (!NAME.matcher(family).matches()) {
      violations.add(family + " is not named as ours are");
    }
    if (type(family).equals("counter") != family.endsWith("_total")) {
      violations.add(family + " is a " + type(family));
    }
    for (String word : family.split("_", -1)) {
      if (UNITS_NOT_USED.contains(word)) {
        violations.add(family + " is not in a base unit");
      }
    }
  }
}
