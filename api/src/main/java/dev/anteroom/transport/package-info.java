/**
 * Support for authors of transports: {@link dev.anteroom.transport.StreamTransport} is a connection with all of its
 * states, to which a transport adds the system calls. Users of a transport need nothing from this package.
 */
@NullMarked
package dev.anteroom.transport;

import org.jspecify.annotations.NullMarked;
