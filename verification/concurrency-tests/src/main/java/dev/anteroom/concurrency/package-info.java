/**
 * Races of two threads at a gate, each a sentence of the essay in {@code AdmissionGate}, run by jcstress millions of times on real
 * cores. What a race may end in is all that is said; everything else is a fault.
 */
@NullMarked
package dev.anteroom.concurrency;

import org.jspecify.annotations.NullMarked;
