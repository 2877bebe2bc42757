/**
 * The transport on Netty: NIO, epoll or io_uring, behind the contract of {@code dev.anteroom.protocol}.
 */
package dev.anteroom.transport.netty;
