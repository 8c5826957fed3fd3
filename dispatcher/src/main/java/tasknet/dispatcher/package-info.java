/** The service that takes tasks, keeps them and hands them to workers. */
@NullMarked
package tasknet.dispatcher;

import org.jspecify.annotations.NullMarked;
