package tasknet.dispatcher.store;

/** There is no room left on the disk, or in the bound that was set; it may come back. */
public final class StoreFullException extends StoreException {
  private static final long serialVersionUID = 1L;

  public StoreFullException(String message, Throwable cause) {
    super(message, cause);
  }
}
