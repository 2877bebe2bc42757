/** {@code anteroom rehearse}: what {@code simulate} does under a virtual clock, with a real gateway, over real sockets, in real time. */
package dev.anteroom.gateway.rehearsal;
