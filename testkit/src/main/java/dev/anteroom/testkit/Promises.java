package dev.anteroom.testkit;

import static dev.anteroom.testkit.RecordingProtocol.Callback.CONNECTION_MADE;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anteroom.protocol.Transport;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** A group of promises: one part of {@link TransportSuite}. */
abstract class Promises {
    private final TransportSuite suite;

    Promises(TransportSuite suite) {
        this.suite = suite;
    }

    final TransportSuite suite() {
        return suite;
    }

    /** The transport under test. */
    final Loopback net() {
        return suite.net();
    }

    /** For what depends on host names, ports or a handshake. */
    final void assumeTcp() {
        assumeTrue(suite.anyAddress() instanceof InetSocketAddress, "this is about TCP");
    }

    final void assumeConnects() {
        assumeTrue(suite.connects(), "this transport only listens");
    }

    /** A protocol that pauses reading as soon as it can. */
    static RecordingProtocol parked() {
        return new RecordingProtocol().on(CONNECTION_MADE, Transport::pauseReading);
    }

    /** Bytes without a pattern, always the same. */
    static byte[] noise(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    static byte[] mebibytes(int count) {
        return noise(count << 20);
    }

    static ByteBuffer buffer(String text) {
        return StandardCharsets.UTF_8.encode(text);
    }
}
