/** HTTP servers that serve 50 at once and let the others wait, each with what its house has for it. Run by benchmarks/compare. */
@NullMarked
package dev.anteroom.benchmarks.http;

import org.jspecify.annotations.NullMarked;
