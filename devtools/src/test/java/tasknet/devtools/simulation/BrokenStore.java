package tasknet.devtools.simulation;

import tasknet.devtools.simulation.SimulatedDispatcher.StoreOnDisk;
import tasknet.dispatcher.task.AttemptEnd;
import tasknet.dispatcher.task.AttemptStart;
import tasknet.dispatcher.testkit.MemoryTask;
import tasknet.dispatcher.testkit.MemoryTaskStore;

/** Stores that do one thing wrong, to see that the checks of the simulation notice it. */
enum BrokenStore implements World.Stores {
  /** Whatever ends, ends the task, also when it has ended. */
  ENDS_WHAT_HAS_ENDED {
    @Override
    public StoreOnDisk apply(World world, MemoryTaskStore.Disk disk) {
      return new StoreOnDisk(world, disk) {
        @Override
        protected boolean mayEnd(MemoryTask task, AttemptEnd end) {
          return true;
        }
      };
    }
  },
  /** An attempt begins whatever became of its task. */
  BEGINS_WHAT_HAS_ENDED {
    @Override
    public StoreOnDisk apply(World world, MemoryTaskStore.Disk disk) {
      return new StoreOnDisk(world, disk) {
        @Override
        protected boolean mayBegin(MemoryTask task, AttemptStart start) {
          return true;
        }
      };
    }
  },
  /** It says that it has committed, and then forgets it in a crash. */
  FORGETS_WHAT_IT_COMMITTED {
    @Override
    public StoreOnDisk apply(World world, MemoryTaskStore.Disk disk) {
      return losing(world, disk, disk::loseLast);
    }
  },
  /** The log says that it has written something, and then forgets it in a crash. */
  FORGETS_WHAT_IT_LOGGED {
    @Override
    public StoreOnDisk apply(World world, MemoryTaskStore.Disk disk) {
      return losing(world, disk, () -> world.dispatcher.logDisk.loseLast());
    }
  };

  /** One that loses something in a crash. */
  private static StoreOnDisk losing(World world, MemoryTaskStore.Disk disk, Runnable lose) {
    return new StoreOnDisk(world, disk) {
      @Override
      public synchronized void crash(boolean committed) {
        super.crash(committed);
        lose.run();
      }
    };
  }
}
