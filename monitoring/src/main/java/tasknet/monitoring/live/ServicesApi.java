package tasknet.monitoring.live;

import io.javalin.config.RoutesConfig;

/** {@code GET /api/services}: how the other services and the workers are. */
public final class ServicesApi {
  private final ServiceChecks checks;

  public ServicesApi(ServiceChecks checks) {
    this.checks = checks;
  }

  public void routes(RoutesConfig routes) {
    routes.get("/api/services", context -> context.json(checks.report()));
  }
}
