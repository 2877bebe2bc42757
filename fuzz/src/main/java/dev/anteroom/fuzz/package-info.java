/**
 * What must hold whatever anyone writes: one class for each parser, which Jazzer drives ({@code fuzz/run}), and which a test replays on
 * the inputs that are kept in {@code fuzz/corpus}. Not published.
 */
@NullMarked
package dev.anteroom.fuzz;

import org.jspecify.annotations.NullMarked;
