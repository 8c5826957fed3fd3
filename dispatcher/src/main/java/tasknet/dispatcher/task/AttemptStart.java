package tasknet.dispatcher.task;

import java.time.Instant;
import tasknet.registry.WorkerId;
import tasknet.task.AttemptId;

/**
 * An attempt that begins: which worker gets it.
 *
 * @param host where the worker's UDP port is reached
 * @param port that port
 * @param epoch which start of the worker's process gets it
 */
public record AttemptStart(
    AttemptId attempt, WorkerId worker, String host, int port, long epoch, Instant at) {}
