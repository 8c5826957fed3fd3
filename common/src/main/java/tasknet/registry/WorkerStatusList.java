package tasknet.registry;

import java.util.List;

/** The document of the dispatcher's {@code GET /workers}, ordered by id. */
public record WorkerStatusList(List<WorkerStatus> workers) {}
