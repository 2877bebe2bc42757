/**
 * Chaos over real sockets: clients and upstreams that misbehave in every known way, drawn from a seed, against every
 * transport, {@code AdmissionHandler} and the gateway; and the checks of what must still be true. Not published.
 */
@NullMarked
package dev.anteroom.chaos;

import org.jspecify.annotations.NullMarked;
