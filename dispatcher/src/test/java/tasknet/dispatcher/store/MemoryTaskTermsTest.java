package tasknet.dispatcher.store;

import tasknet.dispatcher.testkit.MemoryTaskStore;

/** What holds for terms, kept in memory by the store of the simulation. */
class MemoryTaskTermsTest extends TaskTermsContract {
  private final MemoryTaskStore.Disk disk = new MemoryTaskStore.Disk();

  @Override
  TaskStore open() {
    return MemoryTaskStore.atOnce(disk);
  }
}
