package tasknet.devtools;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The commands in the help of {@code ./tasknet}: in groups, each on one line. */
final class CommandGroups implements IHelpSectionRenderer {
  private static final Map<String, List<String>> GROUPS = new LinkedHashMap<>();

  static {
    GROUPS.put("Everything on this machine", List.of("demo", "up", "doctor", "backup", "bench"));
    GROUPS.put("Containers", List.of("compose"));
    GROUPS.put(
        "One service in the foreground, set up by environment variables",
        List.of("nameservice", "dispatcher", "worker", "monitoring"));
    GROUPS.put(
        "Tasks", List.of("submit", "get", "list", "cancel", "schedules", "simulate", "shell"));
    GROUPS.put("How it fares", List.of("types", "workers"));
  }

  @Override
  public String render(Help help) {
    Map<String, Help> left = new LinkedHashMap<>(help.subcommands());
    StringBuilder text = new StringBuilder();
    GROUPS.forEach(
        (heading, names) -> {
          text.append("%n%s:%n".formatted(heading));
          for (String name : names) {
            Help command = left.remove(name);
            if (command != null) {
              append(name, command, text);
            }
          }
        });
    text.append("%n".formatted());
    left.forEach((name, command) -> append(name, command, text));
    return text.toString();
  }

  private static void append(String name, Help command, StringBuilder text) {
    UsageMessageSpec usage = command.commandSpec().usageMessage();
    String[] lines = usage.header().length > 0 ? usage.header() : usage.description();
    text.append("  %-12s %s%n".formatted(name, lines.length == 0 ? "" : lines[0]));
  }
}
