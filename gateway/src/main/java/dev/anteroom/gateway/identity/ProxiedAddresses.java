package dev.anteroom.gateway.identity;

import java.net.InetSocketAddress;

/**
 * The two addresses of a client's original connection.
 *
 * @param source the address of the client
 * @param destination the address that the client connected to
 */
public record ProxiedAddresses(InetSocketAddress source, InetSocketAddress destination) {}
