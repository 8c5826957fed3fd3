package tasknet.dispatcher.store;

import org.jspecify.annotations.Nullable;

/** Tells whoever delivers callbacks, after a commit, that there is another one. */
final class CallbackSignal {
  private volatile @Nullable Runnable listener;
  private boolean noted;

  /**
   * @param whenDue called on the writer's thread; must be quick
   */
  void tell(Runnable whenDue) {
    listener = whenDue;
  }

  /** One is due when the transaction is committed. */
  void note() {
    noted = true;
  }

  void committed() {
    Runnable whenDue = listener;
    if (noted && whenDue != null) {
      whenDue.run();
    }
    noted = false;
  }

  void rolledBack() {
    noted = false;
  }
}
