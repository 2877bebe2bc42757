/**
 * Limits that move while a gate runs. {@link dev.anteroom.limits.RampLimit} rises with time and load; {@link
 * dev.anteroom.limits.AdaptiveLimit} measures how much the upstream can take.
 */
package dev.anteroom.limits;
