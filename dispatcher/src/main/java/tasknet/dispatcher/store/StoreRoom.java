package tasknet.dispatcher.store;

/**
 * How full the store is, in bytes of whole pages.
 *
 * @param used what holds something
 * @param free what is free inside the file
 * @param file how large the file is on the disk
 * @param most how large the file may become: as the settings say, or as the disk has room
 */
public record StoreRoom(long used, long free, long file, long most) {
  /** Whether so much is used that old tasks have to go, before additions are refused. */
  public boolean isScarce() {
    return used > most - most / 4;
  }
}
