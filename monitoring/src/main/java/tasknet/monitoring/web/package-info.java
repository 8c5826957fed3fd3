/** The page for a browser, and what it may ask the dispatcher through monitoring. */
@NullMarked
package tasknet.monitoring.web;

import org.jspecify.annotations.NullMarked;
