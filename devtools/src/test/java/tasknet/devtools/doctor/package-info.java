@NullMarked
package tasknet.devtools.doctor;

import org.jspecify.annotations.NullMarked;
