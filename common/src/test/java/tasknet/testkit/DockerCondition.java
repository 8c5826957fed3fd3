package tasknet.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Asks once whether {@code docker version} answers. */
final class DockerCondition implements ExecutionCondition {
  private static final String REQUIRED = "TASKNET_REQUIRE_DOCKER";
  private static final int PATIENCE_SECONDS = 20;

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    String problem = Answer.PROBLEM;
    if (problem == null) {
      return ConditionEvaluationResult.enabled("Docker answers");
    }
    if ("true".equals(System.getenv(REQUIRED))) {
      throw new IllegalStateException(REQUIRED + " is true, but " + problem);
    }
    return ConditionEvaluationResult.disabled(problem);
  }

  private static final class Answer {
    static final @Nullable String PROBLEM = ask();

    private static @Nullable String ask() {
      try {
        Process docker =
            new ProcessBuilder("docker", "version", "--format", "{{.Server.Version}}")
                .redirectErrorStream(true)
                .start();
        docker.getOutputStream().close();
        if (!docker.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          docker.destroyForcibly();
          return "docker version does not answer";
        }
        String output =
            new String(docker.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        return docker.exitValue() == 0 ? null : "docker version says: " + output;
      } catch (IOException e) {
        return "there is no docker on the PATH: " + e.getMessage();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return "interrupted";
      }
    }
  }
}
