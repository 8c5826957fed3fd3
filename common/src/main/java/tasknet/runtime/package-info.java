/** What every service runs on: settings, time, the event loop. Knows only the JDK. */
@NullMarked
package tasknet.runtime;

import org.jspecify.annotations.NullMarked;
