@NullMarked
package tasknet.monitoring.web;

import org.jspecify.annotations.NullMarked;
