package tasknet.dispatcher.retention;

import java.util.List;
import tasknet.dispatcher.store.EndedTasks;
import tasknet.dispatcher.store.EndedTasks.Group;

/** The groups of ended tasks; the store is asked again only when it was changed. For one thread. */
final class KnownGroups {
  private final EndedTasks ended;
  private List<Group> groups = List.of();
  private long asOf = -1;

  KnownGroups(EndedTasks ended) {
    this.ended = ended;
  }

  /** As they are now. */
  List<Group> now() {
    long changes = ended.changes(); // first: what comes meanwhile is found the next time
    if (changes != asOf) {
      groups = List.copyOf(ended.groups());
      asOf = changes;
    }
    return groups;
  }
}
