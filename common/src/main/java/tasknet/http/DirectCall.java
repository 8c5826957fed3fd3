package tasknet.http;

import org.jspecify.annotations.Nullable;

/**
 * Calls that the thread which waits for requests answers itself: without a thread of their own, a
 * route and a context, which is half of what a request costs a service that has little to do. For
 * what comes again and again and is nearly always the same.
 *
 * @param method of HTTP, for instance {@code PUT}
 * @param collection the path of what it is called on, for instance {@code /workers}
 * @param answers the answers
 */
public record DirectCall(String method, String collection, Answers answers) {
  /** What direct calls are answered. */
  @FunctionalInterface
  public interface Answers {
    /**
     * The answer to one call. All requests wait meanwhile, so it must wait for nothing.
     *
     * @param id the last part of the path, after the collection
     * @param body all of it
     * @return JSON, for the status 200; null when the routes have to answer this one
     */
    byte @Nullable [] answer(String id, byte[] body);
  }
}
