package tasknet.monitoring;

import io.javalin.config.RoutesConfig;

/** {@code GET /api/services}: how the other services and the workers are. */
final class ServicesApi {
  private final ServiceChecks checks;

  ServicesApi(ServiceChecks checks) {
    this.checks = checks;
  }

  void routes(RoutesConfig routes) {
    routes.get("/api/services", context -> context.json(checks.report()));
  }
}
