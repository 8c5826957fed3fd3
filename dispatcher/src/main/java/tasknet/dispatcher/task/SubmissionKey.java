package tasknet.dispatcher.task;

import java.time.Instant;

/**
 * By which a client that repeats a submission gets the same task.
 *
 * @param key what the client calls it
 * @param body a hash of what was submitted with it
 * @param keptUntil from then on the key is as good as new
 */
public record SubmissionKey(String key, String body, Instant keptUntil) {}
