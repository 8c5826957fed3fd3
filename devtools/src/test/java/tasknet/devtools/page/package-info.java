/** Tests of monitoring's page in a real browser, on a live cluster. */
@NullMarked
package tasknet.devtools.page;

import org.jspecify.annotations.NullMarked;
