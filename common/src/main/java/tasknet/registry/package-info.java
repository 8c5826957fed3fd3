/** What a worker tells the nameservice, and what the nameservice tells others of it. */
@NullMarked
package tasknet.registry;

import org.jspecify.annotations.NullMarked;
