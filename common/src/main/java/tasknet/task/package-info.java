/** What a task is: its identity, its states, its outcome. Knows only the JDK. */
@NullMarked
package tasknet.task;

import org.jspecify.annotations.NullMarked;
