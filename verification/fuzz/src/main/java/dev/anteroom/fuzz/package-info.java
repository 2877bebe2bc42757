/**
 * What must hold whatever anyone writes: one class for each parser, which Jazzer drives ({@code verification/fuzz/run}), and which a test replays on
 * the inputs that are kept in {@code verification/fuzz/corpus}. Not published.
 */
@NullMarked
package dev.anteroom.fuzz;

import org.jspecify.annotations.NullMarked;
