/**
 * The scheduling policies, which decide the order in which waiters are admitted. {@link
 * dev.anteroom.scheduler.Policies} finds them by name.
 */
package dev.anteroom.scheduler;
