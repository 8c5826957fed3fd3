package tasknet.wire;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tasknet.task.JsonText;
import tasknet.task.Outcome;
import tasknet.task.TaskError;
import tasknet.task.TraceContext;

/** Writes messages as lines of JSON, by hand, because each task is half a dozen of them. */
final class MessageWriter {
  private MessageWriter() {}

  /** Appends the line with its line break. */
  static void write(Message message, LineBuffer out) {
    out.raw("{\"op\":\"").raw(message.op()).raw("\",\"task\":\"").id(message.attempt().task());
    out.raw("\",\"attempt\":").number(message.attempt().number());
    switch (message) {
      case Message.Execute execute -> execute(execute, out);
      case Message.Rejected rejected -> {
        out.raw(",\"reason\":").text(rejected.reason().code());
        out.raw(",\"detail\":").text(rejected.detail());
      }
      case Message.Progress progress -> {
        out.raw(",\"percent\":").number(progress.percent());
        out.raw(",\"note\":").text(progress.note());
      }
      case Message.Result result -> {
        outcome(result.outcome(), out);
        ran(result.ran(), out);
      }
      case Message.ResultReady ready -> {
        out.raw(",\"size\":").number(ready.size());
        ran(ready.ran(), out);
      }
      case Message.Upload upload -> out.raw(",\"url\":").text(upload.url().toString());
      case Message.Accepted _, Message.ResultAck _ -> {}
      case Message.Cancel _, Message.Probe _, Message.Unknown _ -> {}
    }
    if (message instanceof Message.WithCredit withCredit) {
      out.raw(",\"credit\":").number(withCredit.credit());
    }
    out.raw("}\n");
  }

  private static void execute(Message.Execute execute, LineBuffer out) {
    out.raw(",\"type\":\"").raw(execute.type().name());
    out.raw("\",\"timeout\":").number(execute.timeout().toMillis());
    if (execute.epoch() != 0) {
      out.raw(",\"epoch\":").number(execute.epoch());
    }
    TraceContext trace = execute.trace();
    if (trace != null) {
      out.raw(",\"traceparent\":").text(trace.traceparent());
      if (trace.tracestate() != null) {
        out.raw(",\"tracestate\":").text(trace.tracestate());
      }
    }
    switch (execute.payload()) {
      case Payload.Inline(JsonText json) -> out.raw(",\"payload\":").raw(json.text());
      case Payload.Reference(URI url, long size) -> {
        out.raw(",\"payloadUrl\":").text(url.toString());
        out.raw(",\"size\":").number(size);
      }
    }
  }

  private static void outcome(Outcome outcome, LineBuffer out) {
    switch (outcome) {
      case Outcome.Completed(JsonText result) -> out.raw(",\"result\":").raw(result.text());
      case Outcome.Failed(TaskError error) -> {
        out.raw(",\"error\":{\"code\":").text(error.code());
        out.raw(",\"message\":").text(error.message());
        out.raw(",\"retryable\":").raw(String.valueOf(error.retryable())).raw('}');
      }
    }
  }

  private static void ran(@Nullable Duration ran, LineBuffer out) {
    if (ran != null) {
      out.raw(",\"ran\":").number(ran.toNanos() / 1_000);
    }
  }
}
