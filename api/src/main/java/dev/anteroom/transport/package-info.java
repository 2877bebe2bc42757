/**
 * What the transports have in common, for those who write one: {@link dev.anteroom.transport.StreamTransport} is a connection with all
 * of its states, to which a transport adds the system calls. Users of a transport need nothing of this package.
 */
@NullMarked
package dev.anteroom.transport;

import org.jspecify.annotations.NullMarked;
