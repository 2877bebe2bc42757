/**
 * Races of two threads at a gate, one for each sentence of the essay in {@code AdmissionGate}. jcstress runs them
 * millions of times on real cores. Each race lists its acceptable outcomes; any other outcome is a fault.
 */
@NullMarked
package dev.anteroom.concurrency;

import org.jspecify.annotations.NullMarked;
