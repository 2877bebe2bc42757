/** The transport on {@code java.nio} alone. */
package dev.anteroom.transport.nio;
