/**
 * {@code anteroom rehearse}: runs the load of {@code simulate} through a real gateway, over real sockets and in real
 * time.
 */
package dev.anteroom.gateway.rehearsal;
