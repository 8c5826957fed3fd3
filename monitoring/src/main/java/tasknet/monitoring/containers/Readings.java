package tasknet.monitoring.containers;

import com.github.dockerjava.api.model.BlkioStatEntry;
import com.github.dockerjava.api.model.Statistics;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads the engine's counters. */
final class Readings {
  private Readings() {}

  /** Null for the empty reading of a container that does not run. */
  static Usage.@Nullable Counters read(Statistics statistics) {
    String read = statistics.getRead();
    var cpu = statistics.getCpuStats();
    var memory = statistics.getMemoryStats();
    if (read == null
        || read.startsWith("0001")
        || cpu == null
        || cpu.getCpuUsage() == null
        || memory == null
        || memory.getUsage() == null) {
      return null;
    }
    long received = 0;
    long sent = 0;
    var networks = statistics.getNetworks();
    if (networks != null) {
      for (var network : networks.values()) {
        received += orZero(network.getRxBytes());
        sent += orZero(network.getTxBytes());
      }
    }
    var block = statistics.getBlkioStats();
    List<BlkioStatEntry> devices = block == null ? null : block.getIoServiceBytesRecursive();
    var processes = statistics.getPidsStats();
    return new Usage.Counters(
        Instant.parse(read),
        orZero(cpu.getCpuUsage().getTotalUsage()),
        orZero(cpu.getSystemCpuUsage()),
        (int) orZero(cpu.getOnlineCpus()),
        orZero(memory.getUsage()),
        cache(statistics),
        orZero(memory.getLimit()),
        received,
        sent,
        sum(devices, "read"),
        sum(devices, "write"),
        processes == null ? null : processes.getCurrent());
  }

  /** As {@code docker stats} does: the first is of control groups 1, the second of 2. */
  private static long cache(Statistics statistics) {
    var memory = Objects.requireNonNull(statistics.getMemoryStats()).getStats();
    if (memory == null) {
      return 0;
    }
    Long total = memory.getTotalInactiveFile();
    return orZero(total == null ? memory.getInactiveFile() : total);
  }

  private static long sum(@Nullable List<BlkioStatEntry> devices, String operation) {
    long sum = 0;
    if (devices != null) {
      for (BlkioStatEntry device : devices) {
        sum += operation.equalsIgnoreCase(device.getOp()) ? orZero(device.getValue()) : 0;
      }
    }
    return sum;
  }

  private static long orZero(@Nullable Long value) {
    return value == null ? 0 : value;
  }
}
