/**
 * Fuzz targets, one for each parser, which state what must hold for every input. Jazzer drives them ({@code
 * verification/fuzz/run}), and a test replays the inputs in {@code verification/fuzz/corpus}. Not published.
 */
@NullMarked
package dev.anteroom.fuzz;

import org.jspecify.annotations.NullMarked;
