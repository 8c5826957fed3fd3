package tasknet.devtools.page;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Decides whether a {@link NeedsBrowser} test runs. */
final class BrowserCondition implements ExecutionCondition {
  private static final String REQUIRED = "TASKNET_REQUIRE_BROWSER";

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (Browser.find("chromium").isPresent() && Browser.find("chromedriver").isPresent()) {
      return ConditionEvaluationResult.enabled("Chromium is there");
    }
    String problem =
        "chromium and chromedriver are not on the path (Debian: apt-get install chromium-driver)";
    if ("true".equals(System.getenv(REQUIRED))) {
      throw new IllegalStateException(REQUIRED + " is true, but " + problem);
    }
    return ConditionEvaluationResult.disabled(problem);
  }
}
