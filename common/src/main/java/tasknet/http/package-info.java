/** JSON over HTTP, for servers and for clients. */
@NullMarked
package tasknet.http;

import org.jspecify.annotations.NullMarked;
