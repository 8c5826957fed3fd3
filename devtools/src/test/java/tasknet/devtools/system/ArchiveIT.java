package tasknet.devtools.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The archives of classes that images bring. */
class ArchiveIT extends OnProject {
  private static final String USER = "1000:1000";

  /** Starts a program, and tells what is in the data folder then, with the numbers of the files. */
  private static final String START = "bash /app/start -version; ls -i /data;";

  ArchiveIT(ComposeProject project) {
    super(project);
  }

  @Test
  void servicesRunWithTheArchiveOfTheirClasses() throws Exception {
    for (String service : List.of("dispatcher", "nameservice", "worker-hash", "monitoring")) {
      String mapped =
          Ran.docker(
              "exec",
              "--user",
              USER,
              project.container(service),
              "sh",
              "-c",
              "cat /proc/[0-9]*/maps 2>/dev/null; true");
      assertThat(mapped).as(service).containsPattern("r--p .* /(app|data)/classes[-0-9]*\\.jsa");
    }
  }

  @Test
  void aCompressedArchiveIsUnpackedOnceAndReplacesThatOfAnotherImage() throws Exception {
    String unpacked = inMonitoringsImage("2g", "touch /data/classes-1.jsa; " + START + START);

    assertThat(unpacked.lines().toList())
        .hasSize(2)
        .allMatch(line -> line.matches("\\d+ classes-\\d{2,}\\.jsa"));
    assertThat(unpacked.lines().distinct()).hasSize(1);
  }

  @Test
  void whereThereIsLittleRoomTheProgramStartsWithoutTheArchive() throws Exception {
    assertThat(inMonitoringsImage("900m", START)).isEmpty();
  }

  private String inMonitoringsImage(String dataSize, String command) throws Exception {
    String image = ComposeProject.inspect(project.container("monitoring")).path("Image").asString();
    return Ran.docker(
        "run",
        "--rm",
        "--read-only",
        "--network",
        "none",
        "--tmpfs",
        "/data:uid=1000,size=" + dataSize,
        "--entrypoint",
        "bash",
        image,
        "-ec",
        command);
  }
}
