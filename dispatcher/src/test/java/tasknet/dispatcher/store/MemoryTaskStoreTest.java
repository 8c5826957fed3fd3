package tasknet.dispatcher.store;

import tasknet.dispatcher.testkit.MemoryTaskStore;

/** The contract, kept in memory by the store of the simulation. */
class MemoryTaskStoreTest extends TaskStoreContract {
  private final MemoryTaskStore.Disk disk = new MemoryTaskStore.Disk();

  @Override
  TaskStore open() {
    return MemoryTaskStore.atOnce(disk);
  }
}
