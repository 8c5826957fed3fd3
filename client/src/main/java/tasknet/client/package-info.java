/** The client library: hands tasks to a dispatcher over HTTP and gets their results. */
@NullMarked
package tasknet.client;

import org.jspecify.annotations.NullMarked;
