/**
 * The transport on Netty (NIO, epoll or io_uring), found by name through {@link
 * dev.anteroom.transport.netty.NettyTransportProvider}. For existing Netty servers, {@link
 * dev.anteroom.transport.netty.AdmissionHandler} and {@link dev.anteroom.transport.netty.AdmissionInitializer}.
 */
package dev.anteroom.transport.netty;
