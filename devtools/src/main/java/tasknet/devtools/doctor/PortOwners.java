package tasknet.devtools.doctor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Finds who listens at a port: Docker knows its containers, and {@code /proc}, where there is one,
 * the processes. Those of other users are visible to root only.
 */
public final class PortOwners {
  private static final String LISTENING = "0A";

  private final Programs programs;
  private final Path proc;

  /**
   * @param proc {@code /proc}; it need not exist
   */
  public PortOwners(Programs programs, Path proc) {
    this.programs = programs;
    this.proc = proc;
  }

  /** Who it is, when that can be seen. */
  public Optional<PortOwner> of(int port) throws InterruptedException {
    Optional<PortOwner> container = container(port);
    return container.isPresent() ? container : process(port);
  }

  private Optional<PortOwner> container(int port) throws InterruptedException {
    if (programs.run("docker", "ps", "--format", "{{.Names}}\t{{.Image}}\t{{.Ports}}")
        instanceof Programs.Run.Ended(int exitCode, String output, String _)) {
      for (String line : exitCode == 0 ? output.lines().toList() : List.<String>of()) {
        String[] parts = line.split("\t", -1);
        if (parts.length == 3 && parts[2].contains(":" + port + "->")) {
          return Optional.of(
              new PortOwner("Docker container " + parts[0], parts[1].startsWith("tasknet/")));
        }
      }
    }
    return Optional.empty();
  }

  private Optional<PortOwner> process(int port) {
    Set<String> sockets = new HashSet<>();
    for (String table : List.of("net/tcp", "net/tcp6")) {
      lines(proc.resolve(table)).stream()
          .map(line -> line.strip().split("\\s+"))
          .filter(columns -> columns.length > 9 && columns[3].equals(LISTENING))
          .filter(columns -> columns[1].endsWith(":%04X".formatted(port)))
          .forEach(columns -> sockets.add("socket:[" + columns[9] + ']'));
    }
    if (sockets.isEmpty()) {
      return Optional.empty();
    }
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
      for (Path process : processes) {
        if (hasAny(sockets, process.resolve("fd"))) {
          return Optional.of(described(process));
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // No /proc to look into.
    }
    return Optional.empty();
  }

  private static boolean hasAny(Set<String> sockets, Path descriptors) {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(descriptors)) {
      for (Path descriptor : all) {
        if (sockets.contains(target(descriptor))) {
          return true;
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // Another user's, or it has ended.
    }
    return false;
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      return "";
    }
  }

  private static PortOwner described(Path process) {
    String name = String.join("", lines(process.resolve("comm")));
    String command = String.join(" ", lines(process.resolve("cmdline")));
    return new PortOwner(
        name + ", process " + process.getFileName(),
        command.toLowerCase(Locale.ROOT).contains("tasknet."));
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1).lines().toList();
    } catch (IOException | UncheckedIOException e) {
      return List.of();
    }
  }
}
