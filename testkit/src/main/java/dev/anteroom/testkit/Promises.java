package dev.anteroom.testkit;

import static dev.anteroom.testkit.RecordingProtocol.Callback.CONNECTION_MADE;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anteroom.protocol.Transport;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** A group of promises that forms one part of {@link TransportSuite}. */
abstract class Promises {
    private final TransportSuite suite;

    Promises(TransportSuite suite) {
        this.suite = suite;
    }

    final TransportSuite suite() {
        return suite;
    }

    /** Returns the network of the transport under test. */
    final Loopback net() {
        return suite.net();
    }

    /** Skips the test unless it runs on TCP; for promises about host names, ports or handshakes. */
    final void assumeTcp() {
        assumeTrue(suite.anyAddress() instanceof InetSocketAddress, "this is about TCP");
    }

    final void assumeConnects() {
        assumeTrue(suite.connects(), "this transport only listens");
    }

    /** Creates a protocol that pauses reading as soon as it can. */
    static RecordingProtocol parked() {
        return new RecordingProtocol().on(CONNECTION_MADE, Transport::pauseReading);
    }

    /** Returns pseudo-random bytes, the same on each call. */
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
