/** The scheduling policies: the orders in which the waiting room is served. */
package dev.anteroom.scheduler;
