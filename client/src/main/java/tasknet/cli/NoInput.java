package tasknet.cli;

import java.io.IOException;
import java.io.InputStream;

/** The standard input of commands in the shell, which reads the real one itself. */
final class NoInput extends InputStream {
  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    return read();
  }

  @Override
  public int read() throws IOException {
    throw new IOException("the shell reads its commands from there");
  }
}
