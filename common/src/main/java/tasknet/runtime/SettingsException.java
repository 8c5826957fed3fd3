package tasknet.runtime;

import java.util.List;

/** Settings that a service cannot start with; the message has one line for each error. */
public final class SettingsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public SettingsException(List<String> errors) {
    super(String.join(System.lineSeparator(), errors));
  }
}
