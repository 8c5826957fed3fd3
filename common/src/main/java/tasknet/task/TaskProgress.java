package tasknet.task;

import java.time.Instant;

/**
 * How far an attempt is, as its handler says.
 *
 * @param percent 0 to 100
 * @param note one sentence for people, up to 200 characters; may be empty
 * @param at when the dispatcher heard of it
 */
public record TaskProgress(int percent, String note, Instant at) {
  private static final int LONGEST_NOTE = 200;

  /** Brings what a worker says into its bounds. */
  public TaskProgress {
    percent = Math.clamp(percent, 0, 100);
    if (note.length() > LONGEST_NOTE) {
      int end = Character.isHighSurrogate(note.charAt(LONGEST_NOTE - 2)) ? 2 : 1;
      note = note.substring(0, LONGEST_NOTE - end) + '…';
    }
  }
}
