package tasknet.dispatcher.store;

import tasknet.dispatcher.testkit.MemoryTaskStore;

/** The transitions of the table, made in memory by the store of the simulation. */
class MemoryTaskTransitionsTest extends TaskTransitionsContract {
  @Override
  TaskStore open() {
    return MemoryTaskStore.atOnce(new MemoryTaskStore.Disk());
  }
}
