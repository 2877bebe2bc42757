/** Test suites for transports and scheduling policies, and the parts that tests are built from. */
package dev.anteroom.testkit;
