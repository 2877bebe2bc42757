/** Gates for Project Reactor: {@link dev.anteroom.reactor.Admissions}. */
package dev.anteroom.reactor;
