package tasknet.dispatcher.api;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import tasknet.dispatcher.events.EventFilter;
import tasknet.dispatcher.events.EventId;
import tasknet.dispatcher.events.NumberedEvent;
import tasknet.dispatcher.events.Subscription;
import tasknet.dispatcher.events.Taken;
import tasknet.dispatcher.events.TaskEvents;
import tasknet.dispatcher.store.TaskSnapshot;
import tasknet.dispatcher.store.TaskStore;
import tasknet.task.Label;
import tasknet.task.TaskId;
import tasknet.task.TaskType;

/**
 * Streams of events. A client has a virtual thread, which waits for events, or for the client to
 * read; no platform thread waits with it.
 */
final class EventsApi {
  /** How long the store may take to say how a task stands. */
  private static final Duration LOOK = Duration.ofSeconds(30);

  /** So much is gathered before it is sent. */
  private static final int BUFFER_BYTES = 2048;

  private final TaskEvents events;
  private final TaskStore store;
  private final Duration heartbeat;
  private final Logger log;

  /**
   * @param heartbeat how often a stream in which nothing happens shows that it lives
   */
  EventsApi(TaskEvents events, TaskStore store, Duration heartbeat, Logger log) {
    this.events = events;
    this.store = store;
    this.heartbeat = heartbeat;
    this.log = log;
  }

  void routes(RoutesConfig routes) {
    routes.get("/events", this::all);
    routes.get("/tasks/{id}/events", this::ofTask);
  }

  private void all(Context context) {
    Set<TaskType> types =
        context.queryParams("type").stream().map(TaskType::new).collect(Collectors.toSet());
    List<Label> labels = context.queryParams("label").stream().map(Label::parse).toList();
    EventId last = lastId(context);
    boolean missed = last != null && !events.knows(last);
    long after = last == null ? events.last() : missed ? events.first() - 1 : last.number();
    try (Subscription subscription =
        events.subscribe(new EventFilter(null, types, labels), after)) {
      Stream stream = new Stream(answer(context), subscription, null);
      stream.begin(after);
      if (missed) {
        stream.gap(after);
      }
      stream.follow();
    } catch (IOException e) {
      gone(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void ofTask(Context context) {
    TaskId id = TaskId.parse(context.pathParam("id"));
    EventId last = lastId(context);
    TaskSnapshot now = snapshot(id).orElseThrow(() -> TaskApi.notFound(id));
    boolean goesOn = last != null && events.knows(last);
    long after = goesOn && last != null ? last.number() : now.events();
    try (Subscription subscription = events.subscribe(EventFilter.of(id), after)) {
      Taken first = subscription.take(Duration.ZERO);
      if (goesOn && now.task().state().ended() && first instanceof Taken.Quiet) {
        context.status(204); // by which a browser knows that it need not come again
        return;
      }
      Stream stream = new Stream(answer(context), subscription, id);
      stream.begin(after);
      if (last != null && !goesOn) {
        stream.gap(after);
      }
      if ((goesOn || stream.standing(now))
          && (first instanceof Taken.Quiet || stream.tell(first))) {
        stream.follow();
      }
    } catch (IOException e) {
      gone(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The last event that the client has; null when it begins. */
  private static @Nullable EventId lastId(Context context) {
    String header = context.header("Last-Event-ID");
    String text = header == null ? context.queryParam("lastEventId") : header;
    return text == null || text.isEmpty() ? null : EventId.parse(text);
  }

  private Optional<TaskSnapshot> snapshot(TaskId id) {
    try {
      return store.snapshot(id).get(LOOK.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the store does not say how task " + id + " stands", e);
    }
  }

  /** Where a stream is written to. */
  private static OutputStream answer(Context context) throws IOException {
    context.status(200);
    context.contentType("text/event-stream");
    context.header("Cache-Control", "no-cache");
    context.header("X-Accel-Buffering", "no"); // or nginx waits for more
    HttpServletResponse response = context.res();
    response.setBufferSize(BUFFER_BYTES);
    return response.getOutputStream(); // Javalin's own would be compressed, and wait for more
  }

  private void gone(IOException e) {
    log.debug("a client of events is gone: {}", e.toString());
  }

  /** The answer to one client. */
  private final class Stream {
    private final OutputStream out;
    private final Subscription subscription;
    private final @Nullable TaskId task;

    /**
     * @param task whose events they are; null for those of all
     */
    Stream(OutputStream out, Subscription subscription, @Nullable TaskId task) {
      this.out = out;
      this.subscription = subscription;
      this.task = task;
    }

    void begin(long after) throws IOException {
      out.write(EventFrames.begin(events.id(after)));
      out.flush();
    }

    /** Tells that there is a hole before that place. */
    void gap(long upTo) throws IOException {
      events.gaps().increment();
      out.write(EventFrames.gap(events.id(upTo)));
      out.flush();
    }

    /** Tells how the task stands; whether the stream goes on. */
    boolean standing(TaskSnapshot now) throws IOException {
      out.write(EventFrames.standing(events.id(now.events()), now.task()));
      out.flush();
      return !now.task().state().ended();
    }

    /** Tells of everything, until the task has ended or the dispatcher stops. */
    void follow() throws IOException, InterruptedException {
      while (tell(subscription.take(heartbeat))) {
        // goes on
      }
    }

    /** Whether the stream goes on. */
    boolean tell(Taken taken) throws IOException {
      return switch (taken) {
        case Taken.Events(var some) -> tell(some);
        case Taken.Missed(long upTo) -> missed(upTo);
        case Taken.Quiet(long upTo) -> {
          out.write(EventFrames.quiet(events.id(upTo)));
          out.flush();
          yield true;
        }
        case Taken.Over _ -> false;
      };
    }

    private boolean tell(List<NumberedEvent> some) throws IOException {
      boolean goesOn = true;
      for (int index = 0; index < some.size() && goesOn; index++) {
        NumberedEvent event = some.get(index);
        out.write(event.written(EventsApi.this::written));
        events.told().increment();
        goesOn = task == null || !event.event().state().ended();
      }
      out.flush();
      return goesOn;
    }

    private boolean missed(long upTo) throws IOException {
      if (task == null) {
        gap(upTo);
        return true;
      }
      Optional<TaskSnapshot> now;
      try {
        now = snapshot(task);
      } catch (IllegalStateException e) {
        log.warn("a stream of events ends: {} task={}", e.getMessage(), task);
        return false; // the client comes again
      }
      if (now.isEmpty()) {
        return false; // it was deleted
      }
      subscription.skipTo(now.get().events());
      gap(now.get().events());
      return standing(now.get());
    }
  }

  private byte[] written(NumberedEvent event) {
    return EventFrames.event(events.id(event.number()), event.event());
  }
}
