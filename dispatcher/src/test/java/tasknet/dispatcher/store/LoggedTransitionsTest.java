package tasknet.dispatcher.store;

import org.slf4j.helpers.NOPLogger;
import tasknet.dispatcher.testkit.MemoryTaskLog;
import tasknet.dispatcher.testkit.MemoryTaskStore;
import tasknet.dispatcher.unstored.MemoryFirstStore;

/** The transitions of the table, made by durable tasks that are in memory and in the log. */
class LoggedTransitionsTest extends TaskTransitionsContract {
  @Override
  TaskStore open() {
    MemoryFirstStore store =
        new MemoryFirstStore(
            MemoryTaskStore.atOnce(new MemoryTaskStore.Disk()),
            MemoryTaskLog.atOnce(new MemoryTaskLog.Disk()),
            EventSink.NONE,
            new MemoryFirstStore.Bounds(1 << 20, 100, 1 << 20),
            Runnable::run,
            NOPLogger.NOP_LOGGER);
    store.start().join();
    return store;
  }
}
