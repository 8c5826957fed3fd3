package tasknet.dispatcher.store;

import java.util.Map;
import java.util.TreeMap;
import tasknet.dispatcher.testkit.MemoryTaskStore;

/** Adoption by the store of the simulation. */
class MemoryTaskAdoptionTest extends TaskAdoptionContract {
  private final Map<String, MemoryTaskStore.Disk> disks = new TreeMap<>();

  @Override
  TaskStore open(String name) {
    return MemoryTaskStore.atOnce(disks.computeIfAbsent(name, _ -> new MemoryTaskStore.Disk()));
  }
}
