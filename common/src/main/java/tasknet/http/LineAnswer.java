package tasknet.http;

/** What is said of a line: one line of an answer. */
public sealed interface LineAnswer permits StreamAnswer, BulkAnswer {
  /** As the mapper writes it. */
  byte[] json();
}
