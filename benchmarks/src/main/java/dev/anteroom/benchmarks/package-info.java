/** What the gate costs, beside what a user would pick instead. */
@NullMarked
package dev.anteroom.benchmarks;

import org.jspecify.annotations.NullMarked;
