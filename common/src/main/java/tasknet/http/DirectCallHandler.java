package tasknet.http;

import java.nio.ByteBuffer;
import java.util.function.LongConsumer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Answers {@link DirectCall}s on the thread that brings the request, and has all others answered by
 * the routes, each on a thread of its own, as Jetty does by itself.
 */
final class DirectCallHandler extends Handler.Wrapper {
  /** In bytes; who has more to say is answered by the routes, which have their own limit. */
  static final int LONGEST_BODY = 4 * 1024;

  private final DirectCall call;
  private final LongConsumer answered;
  private final Logger log;

  /**
   * @param answered is told of each answer, with the nanoseconds it took
   */
  DirectCallHandler(DirectCall call, LongConsumer answered, Logger log) {
    this.call = call;
    this.answered = answered;
    this.log = log;
  }

  /** So Jetty calls this without another thread. */
  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    String id = id(request);
    if (id == null) {
      toRoutes(request, response, callback);
    } else {
      Content.Source.asByteArrayAsync(
          request,
          LONGEST_BODY,
          Promise.Invocable.from(
              InvocationType.NON_BLOCKING,
              body -> answer(id, body, request, response, callback),
              // Who reads on finds the same failure.
              _ -> toRoutes(request, response, callback)));
    }
    return true;
  }

  /** On whom it is called; null when it is not the direct call. */
  private @Nullable String id(Request request) {
    long length = request.getLength();
    String path = Request.getPathInContext(request);
    int collection = call.collection().length();
    return length >= 0
            && length <= LONGEST_BODY
            && request.getMethod().equals(call.method())
            && path.startsWith(call.collection())
            && path.lastIndexOf('/') == collection
        ? path.substring(collection + 1)
        : null;
  }

  private void answer(
      String id, byte[] body, Request request, Response response, Callback callback) {
    byte[] answer;
    try {
      answer = call.answers().answer(id, body);
    } catch (RuntimeException e) {
      log.error("{} {} failed", call.method(), request.getHttpURI().getPath(), e);
      response.setStatus(HttpServer.FAULT.status());
      write(
          response,
          Problem.MEDIA_TYPE,
          Json.mapper().writeValueAsBytes(HttpServer.FAULT),
          callback);
      return;
    }
    if (answer == null) {
      toRoutes(new WithBody(request, body), response, callback);
      return;
    }
    write(response, "application/json", answer, callback);
    answered.accept(System.nanoTime() - request.getBeginNanoTime());
  }

  private static void write(Response response, String type, byte[] body, Callback callback) {
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
    response.write(true, ByteBuffer.wrap(body), callback);
  }

  private void toRoutes(Request request, Response response, Callback callback) {
    request
        .getComponents()
        .getExecutor()
        .execute(
            () -> {
              try {
                if (!super.handle(request, response, callback)) {
                  Response.writeError(request, response, callback, 404);
                }
              } catch (Exception | Error e) { // an Error too, or the client waits for ever
                Response.writeError(request, response, callback, e);
              }
            });
  }

  /** A request whose body was read, as if it had not been. */
  private static final class WithBody extends Request.Wrapper {
    private final Content.Source body;

    WithBody(Request request, byte[] body) {
      super(request);
      this.body = Content.Source.from(ByteBuffer.wrap(body));
    }

    @Override
    public Content.Chunk read() {
      return body.read();
    }

    @Override
    public void demand(Runnable task) {
      body.demand(task);
    }

    @Override
    public void fail(Throwable failure) {
      body.fail(failure);
      super.fail(failure);
    }
  }
}
