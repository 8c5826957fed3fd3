package tasknet.registry;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tasknet.task.TaskType;

/**
 * A worker as the dispatcher sees it: an entry of its {@code GET /workers}.
 *
 * @param running attempts that this dispatcher has there
 * @param free slots that it may still use there
 * @param suspect whether it does not answer at the moment
 * @param roundTrip smoothed time from a message to its acknowledgement; null before the first
 * @param hostname of the machine or container that it runs in; null when it did not say
 * @param startedAt when its process began; null when it is not known
 * @param completed attempts that it ended with a result
 * @param failed attempts that it ended with an error
 * @param lost attempts of which nothing was heard any more, or that it gave up itself
 * @param sent requests that it was sent; one that was sent again counts once
 * @param retransmissions how often it was sent a request again
 */
public record WorkerStatus(
    WorkerId id,
    Set<TaskType> types,
    String host,
    int port,
    int capacity,
    int running,
    int free,
    boolean suspect,
    @Nullable Duration roundTrip,
    @Nullable String hostname,
    @Nullable Instant startedAt,
    long completed,
    long failed,
    long lost,
    long sent,
    long retransmissions) {}
