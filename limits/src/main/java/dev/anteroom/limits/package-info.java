/**
 * Limits that move while a gate runs: {@link dev.anteroom.limits.RampLimit} is slow to begin and follows the load,
 * {@link dev.anteroom.limits.AdaptiveLimit} finds out how much the upstream can take.
 */
package dev.anteroom.limits;
