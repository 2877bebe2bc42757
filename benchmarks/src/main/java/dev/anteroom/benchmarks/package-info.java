/** Benchmarks of the gate and of its alternatives. */
@NullMarked
package dev.anteroom.benchmarks;

import org.jspecify.annotations.NullMarked;
