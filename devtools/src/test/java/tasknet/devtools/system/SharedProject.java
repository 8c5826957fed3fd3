package tasknet.devtools.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import tools.jackson.databind.node.ObjectNode;

/**
 * Builds the images and starts a project for the first test that asks for them, and removes both
 * after the last.
 */
final class SharedProject implements ParameterResolver {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(SharedProject.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == ComposeProject.class || type == Checkout.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Kept kept =
        context
            .getRoot()
            .getStore(NAMESPACE)
            .getOrComputeIfAbsent(Kept.class, _ -> new Kept(), Kept.class);
    try {
      return parameter.getParameter().getType() == Checkout.class
          ? kept.checkout()
          : kept.project();
    } catch (IOException e) {
      throw new ParameterResolutionException("the project does not start: " + e.getMessage(), e);
    }
  }

  /** Closed by JUnit at the end of all tests. */
  private static final class Kept implements AutoCloseable {
    private @Nullable Checkout checkout;
    private @Nullable ComposeProject project;
    private @Nullable Path folder;

    synchronized Checkout checkout() throws IOException {
      if (checkout == null) {
        checkout = new Checkout();
      }
      return checkout;
    }

    synchronized ComposeProject project() throws IOException {
      if (project == null) {
        folder = Files.createTempDirectory("tasknet-system");
        ComposeProject started =
            new ComposeProject(
                checkout(),
                folder,
                Greedy.in(folder, Checkout.resolved()).andThen(Kept::letTasksSurviveManyKills));
        try {
          started.start();
        } catch (IOException | RuntimeException e) {
          started.close();
          throw e;
        }
        project = started;
      }
      return project;
    }

    /** The fail-over test kills the worker of the same task again and again. */
    private static void letTasksSurviveManyKills(ObjectNode compose) {
      ((ObjectNode) compose.path("services").path("dispatcher"))
          .putObject("environment")
          .put("TASKNET_POISON_AFTER", "0");
    }

    @Override
    public synchronized void close() throws IOException {
      if (project != null) {
        project.close();
      }
      if (checkout != null) {
        checkout.close();
      }
      if (folder != null) {
        delete(folder);
      }
    }

    private static void delete(Path folder) throws IOException {
      List<Path> all;
      try (Stream<Path> files = Files.walk(folder)) {
        all = files.sorted(Comparator.reverseOrder()).toList();
      }
      for (Path file : all) {
        Files.delete(file);
      }
    }
  }
}
