/**
 * Chaos over real sockets: clients and upstreams that do all that peers do to one another, from a seed, before every transport,
 * {@code AdmissionHandler} and the gateway; and what must be true afterwards nevertheless. Not published.
 */
@NullMarked
package dev.anteroom.chaos;

import org.jspecify.annotations.NullMarked;
