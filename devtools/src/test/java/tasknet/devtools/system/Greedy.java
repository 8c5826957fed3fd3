package tasknet.devtools.system;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Consumer;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import tasknet.worker.handler.TaskHandler;
import tools.jackson.databind.node.ObjectNode;

/** One more worker, whose handler comes in a jar of its own and takes all memory. */
final class Greedy {
  static final String SERVICE = "worker-take_memory";

  private static final String MEMORY = "192m";

  private Greedy() {}

  /** Writes the jar, and adds the service as the compose file would have it. */
  static Consumer<ObjectNode> in(Path folder, ObjectNode compose) throws IOException {
    Path handlers = Files.createDirectory(folder.resolve("handlers"));
    Path jar = handlers.resolve("greedy.jar");
    writeJar(jar);
    Files.setPosixFilePermissions(handlers, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(jar, PosixFilePermissions.fromString("rw-r--r--"));
    ObjectNode greedy = (ObjectNode) compose.path("services").path("worker-wait").deepCopy();
    greedy.putArray("command").add("take_memory");
    greedy.put("mem_limit", MEMORY);
    // On a machine with swap it would take that first.
    greedy.put("memswap_limit", MEMORY);
    greedy
        .putArray("volumes")
        .add(folder.resolve("logs") + ":/logs")
        .add(handlers + ":/handlers:ro");
    greedy.putObject("labels").put(Checkout.LABEL, Checkout.RUN);
    return all -> ((ObjectNode) all.path("services")).set(SERVICE, greedy);
  }

  private static void writeJar(Path jar) throws IOException {
    String handler = GreedyHandler.class.getName();
    String file = handler.replace('.', '/') + ".class";
    try (OutputStream stream = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(stream);
        InputStream code = GreedyHandler.class.getClassLoader().getResourceAsStream(file)) {
      entries.putNextEntry(new JarEntry("META-INF/services/" + TaskHandler.class.getName()));
      entries.write(handler.getBytes(StandardCharsets.UTF_8));
      entries.putNextEntry(new JarEntry(file));
      if (code == null) {
        throw new IOException("no " + file);
      }
      code.transferTo(entries);
    }
  }
}
