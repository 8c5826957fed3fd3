package tasknet.monitoring.containers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A socket before the engine's own, which can be cut, stalled and healed. */
final class EngineProxy implements AutoCloseable {
  private static final UnixDomainSocketAddress ENGINE =
      UnixDomainSocketAddress.of("/var/run/docker.sock");

  private final Path socket;
  private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition flows = lock.newCondition();
  private @Nullable ServerSocketChannel server;
  private boolean stalled;

  EngineProxy(Path socket) {
    this.socket = socket;
  }

  String host() {
    return "unix://" + socket;
  }

  /** Everything passes. */
  void heal() throws IOException {
    lock.lock();
    try {
      stalled = false;
      flows.signalAll();
    } finally {
      lock.unlock();
    }
    if (server == null) {
      Files.deleteIfExists(socket);
      ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      listening.bind(UnixDomainSocketAddress.of(socket));
      server = listening;
      Thread.ofVirtual().start(() -> accept(listening));
    }
  }

  /** What is connected stays so, and new connections are accepted, but nothing passes. */
  void stall() {
    lock.lock();
    try {
      stalled = true;
    } finally {
      lock.unlock();
    }
  }

  /** Nobody listens any more, and all connections break. */
  void cut() throws IOException {
    ServerSocketChannel listening = server;
    server = null;
    if (listening != null) {
      listening.close();
    }
    Files.deleteIfExists(socket);
    for (SocketChannel channel : open) {
      channel.close();
    }
    open.clear();
  }

  /** How many connections there are. */
  int connections() {
    open.removeIf(channel -> !channel.isOpen());
    return open.size() / 2;
  }

  @Override
  public void close() throws IOException {
    cut();
    heal();
    cut();
  }

  private void accept(ServerSocketChannel listening) {
    try {
      while (true) {
        SocketChannel client = listening.accept();
        SocketChannel engine = SocketChannel.open(ENGINE);
        open.add(client);
        open.add(engine);
        Thread.ofVirtual().start(() -> pass(client, engine));
        Thread.ofVirtual().start(() -> pass(engine, client));
      }
    } catch (IOException e) {
      // It was cut.
    }
  }

  private void pass(SocketChannel from, SocketChannel to) {
    ByteBuffer buffer = ByteBuffer.allocate(16 * 1024);
    try (from;
        to) {
      while (from.read(buffer) >= 0) {
        awaitFlow();
        buffer.flip();
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
        buffer.clear();
      }
    } catch (IOException e) {
      // One of them hung up.
    }
  }

  private void awaitFlow() {
    lock.lock();
    try {
      while (stalled) {
        flows.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  static EngineProxy open(Path socket) {
    EngineProxy proxy = new EngineProxy(socket);
    try {
      proxy.heal();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return proxy;
  }
}
