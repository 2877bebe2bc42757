/**
 * The transport on Netty (NIO, epoll or io_uring), found by name through
 * {@link dev.anteroom.transport.netty.NettyTransportProvider}; and for Netty servers that exist already
 * {@link dev.anteroom.transport.netty.AdmissionHandler} and
 * {@link dev.anteroom.transport.netty.AdmissionInitializer}.
 */
package dev.anteroom.transport.netty;
