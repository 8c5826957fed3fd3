package tasknet.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import tasknet.registry.LocalAddress;
import tasknet.registry.Registration;
import tasknet.registry.WorkerId;
import tasknet.task.TaskType;

class HeartbeatIT {
  private static final String PUT = "PUT /workers/w1";

  private final Logger log = (Logger) LoggerFactory.getLogger("tasknet.heartbeat-it");
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final AtomicReference<String> host = new AtomicReference<>("10.0.0.1");
  private final List<String> replaced = new CopyOnWriteArrayList<>();
  private NameserviceStandIn nameservice = new NameserviceStandIn(0);

  @BeforeEach
  void listen() {
    lines.list = new CopyOnWriteArrayList<>();
    lines.start();
    log.setLevel(Level.INFO);
    log.setAdditive(false);
    log.addAppender(lines);
  }

  @AfterEach
  void stop() {
    log.detachAppender(lines);
    nameservice.close();
  }

  private HeartbeatLoop loop(URI uri) {
    HeartbeatLoop loop =
        new HeartbeatLoop(new WorkerId("w1"), uri, this::registration, replaced::add, log);
    loop.start();
    return loop;
  }

  private Registration registration() {
    return new Registration(
        Set.of(new TaskType("reverse")), host.get(), 6000, 4, 17, "1", Instant.EPOCH);
  }

  private Registration next() throws InterruptedException {
    Registration registration = nameservice.registrations.poll(10, TimeUnit.SECONDS);
    assertThat(registration).isNotNull();
    return registration;
  }

  private List<String> linesOf(Level level) {
    return lines.list.stream()
        .filter(line -> line.getLevel() == level)
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  @Test
  void itRegistersAgainAndAgainAndDeregistersOnce() throws Exception {
    HeartbeatLoop loop = loop(nameservice.uri());

    assertThat(next()).isEqualTo(registration());
    assertThat(next()).isEqualTo(registration());
    await().until(loop::everRegistered);
    host.set("10.0.0.2");
    await().until(() -> next().host().equals("10.0.0.2"));
    loop.close();
    loop.close();

    assertThat(nameservice.paths).last().isEqualTo("DELETE /workers/w1?epoch=17");
    assertThat(nameservice.paths.stream().filter(path -> !path.equals(PUT))).hasSize(1);
    assertThat(linesOf(Level.INFO)).hasSize(2);
  }

  @Test
  void aSpellWithoutNameserviceIsToldOnceAndItsEndToo() throws Exception {
    int port = nameservice.port();
    try (HeartbeatLoop loop = loop(nameservice.uri())) {
      next();
      nameservice.close();
      await().until(() -> !linesOf(Level.WARN).isEmpty());
      nameservice = new NameserviceStandIn(port);
      next();
      await().until(() -> linesOf(Level.INFO).size() == 2);
      nameservice.status = 503;
      await().until(() -> linesOf(Level.WARN).size() == 2);
      nameservice.paths.clear();
      await().until(() -> nameservice.paths.size() > 3);
      nameservice.status = 200;
      await().until(() -> linesOf(Level.INFO).size() == 3);
      assertThat(loop.everRegistered()).isTrue();
    }

    assertThat(linesOf(Level.WARN)).hasSize(2).allMatch(line -> line.startsWith("not registered"));
    assertThat(replaced).isEmpty();
  }

  @Test
  void itStartsBeforeTheNameserviceDoes() throws Exception {
    int port = nameservice.port();
    nameservice.close();
    try (HeartbeatLoop loop = loop(URI.create("http://localhost:" + port))) {
      await().until(() -> linesOf(Level.WARN).size() == 1);
      assertThat(loop.everRegistered()).isFalse();

      nameservice = new NameserviceStandIn(port);

      await().until(loop::everRegistered);
    }
  }

  @Test
  void aHostNameWithoutAddressIsASpellLikeAnyOther() throws Exception {
    HeartbeatLoop loop =
        new HeartbeatLoop(
            new WorkerId("w1"),
            nameservice.uri(),
            () -> {
              throw new java.net.UnknownHostException("no address");
            },
            replaced::add,
            log);
    loop.start();

    await().until(() -> linesOf(Level.WARN).size() == 1);
    loop.close();

    assertThat(nameservice.paths).isEmpty();
  }

  @Test
  void heartbeatsShareAConnection() throws Exception {
    try (HeartbeatLoop loop = loop(nameservice.uri())) {
      for (int beat = 0; beat < 5; beat++) {
        next();
      }
      await().until(loop::everRegistered);
    }

    assertThat(nameservice.clients).hasSize(1);
  }

  @Test
  void aNameserviceThatSaysNothingIsASpell() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        HeartbeatLoop loop = loop(URI.create("http://localhost:" + silent.getLocalPort()))) {
      await().atMost(10, TimeUnit.SECONDS).until(() -> linesOf(Level.WARN).size() == 1);
      assertThat(loop.everRegistered()).isFalse();
    }
  }

  @Test
  void anotherProcessWithTheSameIdEndsItWithoutDeregistering() throws Exception {
    nameservice.status = 409;
    HeartbeatLoop loop = loop(nameservice.uri());

    await().until(() -> !replaced.isEmpty());
    loop.close();

    assertThat(replaced)
        .containsExactly("another process is registered as worker w1: so the test says");
    assertThat(nameservice.paths).containsExactly(PUT);
  }

  @Test
  void theAddressTowardsALocalServerIsALocalOne() throws Exception {
    assertThat(LocalAddress.towards(nameservice.uri())).isIn("127.0.0.1", "0:0:0:0:0:0:0:1");
    assertThat(LocalAddress.towards(URI.create("http://127.0.0.1:1"))).isEqualTo("127.0.0.1");
  }
}
