package tasknet.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasknet.runtime.NanoClock;
import tasknet.task.JsonText;
import tasknet.task.Outcome;
import tasknet.tracing.HandlerSpan;
import tasknet.worker.handler.TaskHandler;

/** The project in {@code examples/handler} compiles, is found, and does what its README says. */
class ExampleHandlerIT {
  private static final Path PROJECT = Path.of("..", "examples", "handler", "src", "main");

  @TempDir Path classes;

  @Test
  void theExampleIsFoundAndCountsWords() throws Exception {
    compile();
    copyResources();
    URL[] urls = {classes.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(urls, TaskHandler.class.getClassLoader())) {
      Handlers handlers = new Handlers(ServiceLoader.load(TaskHandler.class, loader));
      TaskHandler example =
          handlers.select(List.of("word_count")).byType().values().iterator().next();

      List<Outcome> outcomes = new ArrayList<>();
      run(example, "\"To be, or not to be — être!\"", outcomes).run();

      assertThat(outcomes)
          .containsExactly(
              new Outcome.Completed(
                  new JsonText("{\"be\":2,\"not\":1,\"or\":1,\"to\":2,\"être\":1}")));
    }
  }

  private static HandlerRun run(TaskHandler handler, String payload, List<Outcome> outcomes) {
    return new HandlerRun(
        handler,
        TestDispatcher.newAttempt(),
        _ -> new JsonText(payload),
        Long.MAX_VALUE,
        1200,
        () -> HandlerSpan.NONE,
        NanoClock.SYSTEM,
        new HandlerRun.Listener() {
          @Override
          public void ended(HandlerRun ended, Outcome outcome) {
            outcomes.add(outcome);
          }

          @Override
          public void progressed(HandlerRun running, int percent, String note) {}
        });
  }

  private void compile() throws IOException {
    try (Stream<Path> files = Files.walk(PROJECT.resolve("java"))) {
      List<String> sources =
          files.map(Path::toString).filter(name -> name.endsWith(".java")).toList();
      List<String> arguments =
          Stream.concat(
                  Stream.of(
                      "-Xlint:all,-processing,-classfile,-path",
                      "-Werror",
                      "-proc:none",
                      "-cp",
                      System.getProperty(
                          "surefire.test.class.path", System.getProperty("java.class.path")),
                      "-d",
                      classes.toString()),
                  sources.stream())
              .toList();
      int status =
          ToolProvider.getSystemJavaCompiler()
              .run(null, null, null, arguments.toArray(new String[0]));
      assertThat(status).isZero();
    }
  }

  private void copyResources() throws IOException {
    Path resources = PROJECT.resolve("resources");
    Path services = Path.of("META-INF", "services", TaskHandler.class.getName());
    Files.createDirectories(classes.resolve(services).getParent());
    Files.copy(resources.resolve(services), classes.resolve(services));
  }
}
