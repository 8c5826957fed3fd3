package tasknet.devtools.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tasknet.devtools.doctor.Finding.Fail;
import tasknet.devtools.doctor.Finding.Ok;
import tasknet.devtools.doctor.Finding.Warn;
import tasknet.testkit.TestClock;

/**
 * Each check under the conditions that it is there for. Programs are real, and stand in {@code
 * folder}.
 */
class ChecksIT {
  private static final Programs NONE = new Programs(Map.of("PATH", ""), Duration.ofSeconds(10));

  @TempDir private Path folder = Path.of("");

  private final TestClock clock = new TestClock();

  @Test
  void theJdkOfTheBuildIsTheRightOne() {
    assertThat(JdkCheck.ofProcess().look()).isInstanceOf(Ok.class);
    assertThat(new JdkCheck(21, "21.0.1", JdkCheck.ofProcess().home()).look())
        .isInstanceOf(Fail.class);
    assertThat(new JdkCheck(25, "25.0.1", folder).look())
        .isEqualTo(
            new Fail(
                "25.0.1 in " + folder + ", without a compiler",
                "install a JDK 25, for instance Eclipse Temurin, and set JAVA_HOME to its folder"));
  }

  @Test
  void aMachineWithoutAnyProgramHasWarningsAndNoFailure() throws Exception {
    for (Check check :
        List.of(new MavenCheck(NONE), new DockerCheck(NONE), new ComposeCheck(NONE))) {
      assertThat(check.look()).as(check.name()).isInstanceOf(Warn.class);
    }
    assertThat(new OtherClock.Engine(NONE).instant()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "echo Apache Maven 3.8.7, Ok",
    "echo Apache Maven 4.0.0-rc-4, Ok",
    "echo Apache Maven 3.6.3, Warn",
    "echo no version, Warn",
    "exit 1, Warn"
  })
  void anOldMavenIsWarnedOf(String script, String kind) throws Exception {
    assertThat(new MavenCheck(programs("mvn", script)).look().getClass().getSimpleName())
        .isEqualTo(kind);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "echo 26.1.5+dfsg1 | Ok | engine 26.1.5",
        "echo 19.03.8 | Warn | the engine is 19.03.8",
        "echo 'Cannot connect to the Docker daemon at unix:///x' >&2; exit 1 | Fail | Cannot connect",
        "echo 'dial unix /x: connect: permission denied' >&2; exit 1 | Fail | permission denied",
      })
  void theEngineIsAskedForItsVersion(String script, String kind, String what) throws Exception {
    Finding finding = new DockerCheck(programs("docker", script)).look();

    assertThat(finding.getClass().getSimpleName()).isEqualTo(kind);
    assertThat(finding.what()).contains(what);
    if (what.equals("permission denied")) {
      assertThat(finding).isEqualTo(new Fail(finding.what(), SocketCheck.JOIN_GROUP));
    }
  }

  @Test
  void anEngineThatHangsIsAFailureAndNotAHang() throws Exception {
    write("docker", "exec sleep 60");
    Programs programs =
        new Programs(Map.of("PATH", folder + ":" + System.getenv("PATH")), Duration.ofMillis(200));

    assertThat(new DockerCheck(programs).look())
        .isInstanceOfSatisfying(
            Fail.class, fail -> assertThat(fail.what()).contains("does not answer within"));
  }

  @ParameterizedTest
  @CsvSource({
    "echo 2.26.1-4, Ok",
    "echo v2.40.0-desktop.1, Ok",
    "echo 2.3.3, Warn",
    "echo 1.29.2, Fail",
    "exit 1, Fail"
  })
  void composeIsAskedForItsVersion(String script, String kind) throws Exception {
    assertThat(new ComposeCheck(programs("docker", script)).look().getClass().getSimpleName())
        .isEqualTo(kind);
  }

  @Test
  void aMissingSocketIsAWarning() throws IOException {
    assertThat(new SocketCheck(folder.resolve("none")).look()).isInstanceOf(Warn.class);
    assertThat(new SocketCheck(Files.createFile(folder.resolve("socket"))).look())
        .isInstanceOf(Ok.class);
  }

  @Test
  void aFreePortIsFree() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    assertThat(port(port).look()).isEqualTo(new Ok("free, for dispatcher"));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aTakenPortNamesTheProcess() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Optional<PortOwner> owner = new PortOwners(NONE, Path.of("/proc")).of(socket.getLocalPort());

      assertThat(owner).isPresent();
      assertThat(owner.orElseThrow().name())
          .isEqualTo("java, process " + ProcessHandle.current().pid());
    }
  }

  @Test
  void aPortOfAnotherProgramFailsAndSaysHowToChooseAnother() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String line = "other-1\\tnginx:1\\t127.0.0.1:" + socket.getLocalPort() + "->80/tcp";
      assertThat(port(socket.getLocalPort(), "printf '" + line + "\\n'").look())
          .isEqualTo(
              new Fail(
                  "taken by Docker container other-1",
                  "stop it, or choose another port for dispatcher: --dispatcher-port N"));
    }
  }

  @Test
  void aPortOfTasknetItselfIsFine() throws Exception {
    try (ServerSocket socket = new ServerSocket(0)) {
      String line =
          "tasknet-dispatcher-1\\ttasknet/dispatcher:latest\\t0.0.0.0:"
              + socket.getLocalPort()
              + "->4000/tcp";
      assertThat(port(socket.getLocalPort(), "printf '" + line + "\\n'").look())
          .isEqualTo(new Ok("taken by Tasknet itself: Docker container tasknet-dispatcher-1"));
    }
  }

  @Test
  void whoHasAPortIsNotKnownWithoutDockerAndProc() throws Exception {
    try (ServerSocket socket = new ServerSocket(0)) {
      PortOwners owners = new PortOwners(NONE, folder.resolve("no-proc"));

      assertThat(new PortCheck("dispatcher", socket.getLocalPort(), "x", owners).look().what())
          .isEqualTo("taken by a program that only root can see");
    }
  }

  @Test
  void aFolderThatIsAFileIsAFailure() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));

    assertThat(new FolderCheck("Log folder", file).look()).isInstanceOf(Fail.class);
    assertThat(new FolderCheck("Data folder", file.resolve("below")).look())
        .isEqualTo(
            new Fail(
                file + " is not a folder", "remove it, or choose another with TASKNET_DATA_DIR"));
  }

  @Test
  void aFolderIsNotMadeByLookingAtIt() {
    Path missing = folder.resolve("a/b");

    assertThat(new FolderCheck("Log folder", missing).look())
        .isEqualTo(new Ok(missing + " will be made"));
    assertThat(folder).isEmptyDirectory();
    assertThat(new FolderCheck("Log folder", folder).look()).isInstanceOf(Ok.class);
  }

  @ParameterizedTest
  @CsvSource({"0, 0, Ok", "0, 9000000000000000000, Warn", "9000000000000000000, 0, Fail"})
  void littleRoomIsWarnedOf(long least, long comfortable, String kind) {
    DiskSpaceCheck check =
        new DiskSpaceCheck("Disk", folder.resolve("not/there"), least, comfortable);

    assertThat(check.look().getClass().getSimpleName()).isEqualTo(kind);
    assertThat(check.look().what()).contains("GiB free at " + folder);
  }

  @ParameterizedTest
  @CsvSource({"4194304, Ok", "212992, Warn", "nonsense, Ok"})
  void aSmallUdpBufferIsWarnedOf(String granted, String kind) throws IOException {
    Path limit = Files.writeString(folder.resolve("rmem_max"), granted + "\n");

    assertThat(new UdpBufferCheck(limit, 4_194_304).look().getClass().getSimpleName())
        .isEqualTo(kind);
    assertThat(new UdpBufferCheck(folder.resolve("none"), 1).look()).isInstanceOf(Ok.class);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void theLimitOfThisSystemIsReadAsAWhole() {
    assertThat(new UdpBufferCheck(Path.of("/proc/sys/net/core/rmem_max"), 256).look())
        .isInstanceOf(Ok.class);
  }

  @Test
  void aClockBeforeJava25IsWrong() throws Exception {
    assertThat(new ClockCheck(() -> Instant.EPOCH, List.of()).look()).isInstanceOf(Fail.class);
    assertThat(new ClockCheck(clock, List.of()).look()).isEqualTo(new Ok("2026-01-01T00:00:00Z"));
  }

  @Test
  void theDispatchersClockIsComparedInBothDirections() throws Exception {
    for (int off : List.of(-60, 0, 60)) {
      try (DateServer server = new DateServer(clock.instant().plusSeconds(off))) {
        Finding finding =
            new ClockCheck(
                    clock,
                    List.of(new OtherClock.Dispatcher(server.address(), Duration.ofSeconds(5))))
                .look();

        assertThat(finding.what())
            .isEqualTo(
                off == 0
                    ? "2026-01-01T00:00:00Z, as the dispatcher"
                    : "2026-01-01T00:00:00Z, 60 s away from the dispatcher");
        assertThat(finding).isInstanceOf(off == 0 ? Ok.class : Warn.class);
      }
    }
  }

  @Test
  void theEnginesClockIsCompared() throws Exception {
    OtherClock engine =
        new OtherClock.Engine(programs("docker", "echo 2026-01-01T00:05:00.5+00:00"));

    assertThat(new ClockCheck(clock, List.of(engine)).look().what())
        .isEqualTo("2026-01-01T00:00:00Z, 300 s away from the Docker engine");
  }

  @Test
  void aClockThatCannotBeAskedIsLeftOut() throws Exception {
    OtherClock nobody =
        new OtherClock.Dispatcher(URI.create("http://127.0.0.1:1"), Duration.ofSeconds(5));

    assertThat(new ClockCheck(clock, List.of(nobody, new OtherClock.Engine(NONE))).look())
        .isEqualTo(new Ok("2026-01-01T00:00:00Z"));
  }

  @Test
  void anEncodingWithoutAllLettersIsWarnedOf() {
    assertThat(new EncodingCheck("ANSI_X3.4-1968").look()).isInstanceOf(Warn.class);
    assertThat(new EncodingCheck("UTF-8").look()).isInstanceOf(Ok.class);
  }

  @Test
  void oneFailureMakesTheReportNotOk() throws Exception {
    Check good = new EncodingCheck("UTF-8");
    Check warned = new EncodingCheck("x");
    Check failed = new ClockCheck(() -> Instant.EPOCH, List.of());

    assertThat(Report.of(List.of(good, warned)).ok()).isTrue();
    assertThat(Report.of(List.of(good, failed)).ok()).isFalse();
    assertThat(Report.of(List.of(good, warned)).lines())
        .containsExactly(
            "ok    Encoding       UTF-8",
            "warn  Encoding       x",
            "                     → letters beyond ASCII get lost in arguments; export"
                + " LC_ALL=C.UTF-8");
  }

  private PortCheck port(int port) {
    return new PortCheck("dispatcher", port, "x", new PortOwners(NONE, folder));
  }

  private PortCheck port(int port, String docker) throws IOException {
    PortOwners owners = new PortOwners(programs("docker", docker), folder);
    return new PortCheck("dispatcher", port, "--dispatcher-port N", owners);
  }

  /** Programs of which one is a script of ours. */
  private Programs programs(String name, String script) throws IOException {
    write(name, script);
    return new Programs(Map.of("PATH", folder.toString()), Duration.ofSeconds(10));
  }

  private void write(String name, String script) throws IOException {
    Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  /** Answers each request with a date of its own. */
  private static final class DateServer implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());

    DateServer(Instant date) throws IOException {
      String shown = DateTimeFormatter.RFC_1123_DATE_TIME.format(date.atOffset(ZoneOffset.UTC));
      byte[] answer =
          ("HTTP/1.1 204 No Content\r\nDate: " + shown + "\r\nConnection: close\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII);
      Thread.startVirtualThread(() -> answer(answer));
    }

    private void answer(byte[] answer) {
      try (Socket client = server.accept()) {
        BufferedReader request =
            new BufferedReader(
                new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
        while (!String.valueOf(request.readLine()).isEmpty()) {
          // Only its end matters.
        }
        client.getOutputStream().write(answer);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    URI address() {
      return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }
}
