package tasknet.devtools.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import tasknet.dispatcher.task.TypeRule;
import tasknet.dispatcher.task.TypeRules;
import tasknet.dispatcher.testkit.MemoryTaskStore;
import tasknet.task.TaskId;
import tasknet.task.TaskRequest;
import tasknet.task.TaskType;

/** A fleet that a seed made up: its types with their limits, its workers, its network. */
final class World {
  final VirtualTime time = new VirtualTime();
  final Ledger ledger = new Ledger();
  final Trace trace;
  final Network network;
  final TypeRules rules;
  final List<TaskType> types;
  final Checks checks;
  final SimulatedNameservice nameservice;
  final SimulatedDispatcher dispatcher;
  final List<SimulatedWorker> workers;
  final Clients clients;
  private final Map<TaskId, TaskPlan> plans = new HashMap<>();
  private final Map<TaskId, TaskRequest> requests = new HashMap<>();

  /** Makes the store of a dispatcher that starts; a test may make a broken one. */
  interface Stores
      extends BiFunction<World, MemoryTaskStore.Disk, SimulatedDispatcher.StoreOnDisk> {}

  World(SplittableRandom random, boolean traced, Stores stores) {
    trace = new Trace(time, traced);
    network = new Network(time, random.split(), ledger, trace);
    types = new ArrayList<>();
    for (String name : List.of("hash", "sum", "upper").subList(0, 1 + random.nextInt(3))) {
      types.add(new TaskType(name));
    }
    rules = anyRules(random);
    int count = 1 + random.nextInt(5);
    checks = new Checks(rules, this::request, time, trace);
    nameservice = new SimulatedNameservice(time, random.split(), trace, checks);
    dispatcher = new SimulatedDispatcher(this, disk -> stores.apply(this, disk), random.split());
    workers = new ArrayList<>();
    for (int number = 1; number <= count; number++) {
      Set<TaskType> some = anyTypes(random, number, count);
      int slots = 1 + random.nextInt(4);
      workers.add(new SimulatedWorker(number, some, slots, this, random.split()));
    }
    clients = new Clients(this, random.split());
  }

  private TypeRules anyRules(SplittableRandom random) {
    Map<TaskType, TypeRule> declared = new TreeMap<>();
    for (TaskType type : types) {
      Integer running = random.nextInt(3) == 0 ? 1 + random.nextInt(5) : null;
      Double rate = random.nextInt(4) == 0 ? 0.5 + random.nextInt(20) : null;
      TypeRule standard = TypeRule.STANDARD;
      declared.put(
          type,
          new TypeRule(
              standard.timeout(),
              standard.maxAttempts(),
              standard.backoff(),
              standard.durable(),
              running,
              rate,
              standard.waiting(),
              standard.keep()));
    }
    return new TypeRules(declared);
  }

  /** So that each type has a worker. */
  private Set<TaskType> anyTypes(SplittableRandom random, int number, int workers) {
    Set<TaskType> some = new TreeSet<>();
    for (int index = 0; index < types.size(); index++) {
      if (index % workers == number - 1 || random.nextBoolean()) {
        some.add(types.get(index));
      }
    }
    return some.isEmpty() ? Set.of(types.getFirst()) : some;
  }

  void start() {
    nameservice.start();
    dispatcher.start();
    workers.forEach(SimulatedWorker::start);
    clients.begin(null);
  }

  /** Goes to the next event; afterwards, every loop that was given work will wake. */
  void next() {
    time.next();
    dispatcher.wakeIfThereIsWork();
    workers.forEach(SimulatedProcess::wakeIfThereIsWork);
  }

  void planned(TaskId task, TaskPlan plan, TaskRequest request) {
    plans.put(task, plan);
    requests.put(task, request);
  }

  TaskRequest request(TaskId task) {
    return Objects.requireNonNull(requests.get(task));
  }

  TaskPlan plan(TaskId task) {
    return Objects.requireNonNull(plans.get(task));
  }
}
