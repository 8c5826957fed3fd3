package tasknet.logging;

import java.io.IOException;
import java.nio.file.Path;

/** A program that writes one line and keeps its log open until it is killed. */
final class OneLogOfAnotherProcess {
  private OneLogOfAnotherProcess() {}

  public static void main(String[] args) throws IOException {
    ServiceLog log = ServiceLog.open("dispatcher", Path.of(args[0]), LogLevel.INFO);
    log.logger().info("from another process");
    System.out.println("written");
    int end = System.in.read();
    throw new IllegalStateException("was not killed; read " + end);
  }
}
