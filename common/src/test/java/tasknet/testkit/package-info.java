/** What the tests of all modules use: a clock to set, a lossy link, a scripted peer. */
@NullMarked
package tasknet.testkit;

import org.jspecify.annotations.NullMarked;
