package tasknet.dispatcher.api;

import io.javalin.config.RoutesConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The contract of all calls, as one document: OpenAPI 3.1. */
final class ContractApi {
  private static final String PATH = "/openapi.yaml";

  private ContractApi() {}

  static void routes(RoutesConfig routes) {
    byte[] document = document();
    routes.get(PATH, context -> context.contentType("application/yaml").result(document));
  }

  private static byte[] document() {
    try (InputStream resource = ContractApi.class.getResourceAsStream(PATH)) {
      if (resource == null) {
        throw new IllegalStateException("the program was built without " + PATH);
      }
      return resource.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
