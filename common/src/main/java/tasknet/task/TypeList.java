package tasknet.task;

import java.util.List;

/** The document of {@code GET /types}: every type that has a worker or a task, by name. */
public record TypeList(List<TypeStatus> types) {}
