/**
 * The scheduling policies: the orders in which the waiting room is served. {@link dev.anteroom.scheduler.Policies} finds
 * them by name.
 */
package dev.anteroom.scheduler;
