/** The suites that every transport and every scheduling policy must pass. */
package dev.anteroom.testkit;
