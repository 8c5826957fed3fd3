@NullMarked
package tasknet.dispatcher.api;

import org.jspecify.annotations.NullMarked;
