/** Tests of the HTTP basics. */
@NullMarked
package tasknet.http;

import org.jspecify.annotations.NullMarked;
