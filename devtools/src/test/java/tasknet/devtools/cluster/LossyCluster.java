package tasknet.devtools.cluster;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import tasknet.dispatcher.Dispatcher;
import tasknet.dispatcher.DispatcherSettings;
import tasknet.logging.LogLevel;
import tasknet.logging.ServiceLog;
import tasknet.nameservice.Nameservice;
import tasknet.nameservice.NameserviceSettings;
import tasknet.process.Service;
import tasknet.testkit.Faults;
import tasknet.testkit.LossyLink;
import tasknet.wire.DatagramLink;
import tasknet.wire.LinkCounters;
import tasknet.wire.MessageLink;
import tasknet.wire.UdpLink;
import tasknet.worker.Handlers;
import tasknet.worker.Worker;
import tasknet.worker.WorkerSettings;

/** All services in this process, on real sockets, with a bad network between them. */
final class LossyCluster implements AutoCloseable {
  private final Path folder;
  private final long seed;
  private final Faults faults;
  private final Handlers handlers;
  private final Deque<Runnable> opened = new ArrayDeque<>();
  private final List<LinkCounters> counters = new ArrayList<>();
  private final List<LossyLink> links = new ArrayList<>();

  LossyCluster(Path folder, long seed, Faults faults, Handlers handlers) {
    this.folder = folder;
    this.seed = seed;
    this.faults = faults;
    this.handlers = handlers;
  }

  /**
   * Starts a nameservice, two workers of each of the types, and a dispatcher; tells its address.
   */
  URI start(List<String> types) throws IOException {
    NameserviceSettings settings = NameserviceSettings.read(with(Map.of()));
    Nameservice nameservice = opened(new Nameservice(settings, log("nameservice")));
    nameservice.start();
    Map<String, String> told =
        with(Map.of("TASKNET_NAMESERVICE_URL", "http://localhost:" + nameservice.port()));
    DispatcherSettings dispatching = DispatcherSettings.read(told);
    LinkCounters counted = counters();
    DatagramLink link = link(dispatching.maxDatagram(), counted);
    Dispatcher dispatcher =
        opened(
            new Dispatcher(
                dispatching, new Dispatcher.Transport(link, counted), log("dispatcher")));
    dispatcher.start();
    for (String type : types) {
      startWorker(type, type + "-1", told);
      startWorker(type, type + "-2", told);
    }
    return URI.create("http://localhost:" + dispatcher.port());
  }

  long retransmissions() {
    return counters.stream().mapToLong(LinkCounters::retransmissions).sum();
  }

  /** What the network did. */
  LossyLink.Counts faultsDone() {
    return links.stream()
        .map(LossyLink::counts)
        .reduce(
            (one, other) ->
                new LossyLink.Counts(
                    one.sent() + other.sent(),
                    one.lost() + other.lost(),
                    one.duplicated() + other.duplicated(),
                    one.reordered() + other.reordered(),
                    one.delayed() + other.delayed(),
                    one.corrupted() + other.corrupted(),
                    one.partitioned() + other.partitioned()))
        .orElseThrow();
  }

  /** Workers first, so that the dispatcher can acknowledge their last results. */
  @Override
  public void close() {
    links.forEach(link -> link.faults(Faults.none()));
    while (!opened.isEmpty()) {
      opened.pop().run();
    }
  }

  private void startWorker(String type, String id, Map<String, String> told) throws IOException {
    Map<String, String> own = new HashMap<>(told);
    own.put("TASKNET_WORKER_ID", id);
    own.put("TASKNET_CONCURRENCY", "8");
    WorkerSettings settings = WorkerSettings.read(own, handlers, List.of(type), "test");
    LinkCounters counted = counters();
    DatagramLink link = link(settings.maxDatagram(), counted);
    opened(new Worker(settings, new Worker.Transport(link, counted), log("worker-" + id))).start();
  }

  private LinkCounters counters() {
    LinkCounters counted = new LinkCounters();
    counters.add(counted);
    return counted;
  }

  private DatagramLink link(int maxDatagram, LinkCounters counted) throws IOException {
    UdpLink udp =
        new UdpLink(
            new InetSocketAddress(0),
            MessageLink.longestReceived(maxDatagram) + ChecksummedLink.BYTES,
            counted,
            log("links"));
    LossyLink lossy = new LossyLink(udp, seed + links.size(), faults);
    links.add(lossy);
    return new ChecksummedLink(lossy);
  }

  private Logger log(String service) throws IOException {
    ServiceLog log = ServiceLog.openQuietly(service, folder.resolve("logs"), LogLevel.INFO);
    opened.push(log::close);
    return log.logger();
  }

  private <T extends Service> T opened(T service) {
    opened.push(service::close);
    return service;
  }

  private Map<String, String> with(Map<String, String> more) {
    Map<String, String> all = new HashMap<>();
    all.put("TASKNET_HTTP_PORT", "0");
    all.put("TASKNET_UDP_PORT", "0");
    all.put("TASKNET_DATA_DIR", folder.resolve("data").toString());
    all.put("LOG_DIR", folder.resolve("logs").toString());
    all.putAll(more);
    return all;
  }
}
