/** What a user trips over, looked at one by one: {@code ./tasknet doctor}. */
@NullMarked
package tasknet.devtools.doctor;

import org.jspecify.annotations.NullMarked;
