package tasknet.dispatcher.store;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Objects;
import org.slf4j.helpers.NOPLogger;
import tasknet.dispatcher.testkit.MemoryTaskLog;
import tasknet.dispatcher.testkit.MemoryTaskStore;
import tasknet.dispatcher.unstored.MemoryFirstStore;
import tasknet.task.TaskRequest;

/** The transitions of the table, made by tasks that are not durable. */
class UnstoredTransitionsTest extends TaskTransitionsContract {
  @Override
  TaskStore open() {
    return notDurable(
        new MemoryFirstStore(
            MemoryTaskStore.atOnce(new MemoryTaskStore.Disk()),
            MemoryTaskLog.atOnce(new MemoryTaskLog.Disk()),
            EventSink.NONE,
            new MemoryFirstStore.Bounds(1 << 20, 100, 0),
            Runnable::run,
            NOPLogger.NOP_LOGGER));
  }

  /** The same store, which is given tasks that are not durable. */
  private static TaskStore notDurable(TaskStore store) {
    return (TaskStore)
        Proxy.newProxyInstance(
            TaskStore.class.getClassLoader(),
            new Class<?>[] {TaskStore.class},
            (_, method, arguments) -> {
              Object[] given = Objects.requireNonNullElse(arguments, new Object[0]);
              if (method.getName().equals("add")) {
                TaskRequest request = (TaskRequest) given[1];
                given[1] = request.with(request.terms().withDurable(false));
              }
              try {
                return method.invoke(store, given);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
