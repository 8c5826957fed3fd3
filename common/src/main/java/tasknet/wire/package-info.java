/** The wire protocol between dispatcher and worker: messages, datagrams, retransmission. */
@NullMarked
package tasknet.wire;

import org.jspecify.annotations.NullMarked;
