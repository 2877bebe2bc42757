/** HTTP servers that serve 50 requests or connections at once and queue the rest. Run by {@code benchmarks/compare}. */
@NullMarked
package dev.anteroom.benchmarks.http;

import org.jspecify.annotations.NullMarked;
