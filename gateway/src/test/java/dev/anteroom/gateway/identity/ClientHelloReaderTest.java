package dev.anteroom.gateway.identity;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.gateway.proxy.Hellos;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the server name in a ClientHello. */
class ClientHelloReaderTest {
    /** Returns the first bytes of the JDK's own TLS client. */
    private static byte[] realHello(String serverName) throws Exception {
        SSLEngine engine = SSLContext.getDefault().createSSLEngine();
        engine.setUseClientMode(true);
        if (!serverName.isEmpty()) {
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(serverName)));
            engine.setSSLParameters(parameters);
        }
        ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), out);
        return Arrays.copyOf(out.array(), out.position());
    }

    /** Splits the message into records of a given size. */
    private static byte[] inRecords(byte[] hello, int size) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int at = 5; at < hello.length; at += size) {
            int length = Math.min(size, hello.length - at);
            out.writeBytes(new byte[] {22, 3, 1, (byte) (length >> 8), (byte) length});
            out.write(hello, at, length);
        }
        return out.toByteArray();
    }

    private static ClientHelloReader readAll(byte[] bytes) {
        ClientHelloReader reader = new ClientHelloReader();
        assertTrue(reader.read(ByteBuffer.wrap(bytes)), "undecided");
        return reader;
    }

    @Test
    void the_name_in_a_real_hello_is_found_in_lower_case() throws Exception {
        byte[] hello = realHello("DB.example.ORG");
        ClientHelloReader reader = readAll(hello);
        assertEquals("db.example.org", reader.serverName());
        assertArrayEquals(hello, reader.taken());
    }

    @Test
    void a_real_hello_without_a_name_has_none() throws Exception {
        assertNull(readAll(realHello("")).serverName());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 100, 5000})
    void a_hello_may_be_spread_over_records_and_segments(int size) throws Exception {
        byte[] hello = inRecords(realHello("a.example.org"), size);
        for (int segment : new int[] {1, 2, 7, hello.length}) {
            ClientHelloReader reader = new ClientHelloReader();
            for (int at = 0; at < hello.length; at += segment) {
                int length = Math.min(segment, hello.length - at);
                assertEquals(at + length == hello.length, reader.read(ByteBuffer.wrap(hello, at, length)));
            }
            assertEquals("a.example.org", reader.serverName());
            assertArrayEquals(hello, reader.taken());
        }
    }

    @Test
    void bytes_after_the_hello_are_not_part_of_it() {
        byte[] hello = Hellos.of("a.b");
        byte[] more = Arrays.copyOf(hello, hello.length + 10);
        more[4] = (byte) (more[4] + 10);
        assertEquals("a.b", readAll(more).serverName());
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1\r\n", "SSH-2.0-x\r\n", "\u0016\u0002"})
    void what_is_not_tls_is_known_by_its_first_bytes(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        ClientHelloReader reader = readAll(bytes);
        assertNull(reader.serverName());
        assertTrue(reader.taken().length <= 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a\r\nb", "-.x/..", ".", "a..b", ""})
    void a_name_that_is_none_is_none(String name) {
        assertNull(readAll(Hellos.of(name)).serverName());
    }

    @Test
    void a_dot_at_the_end_of_a_name_is_dropped() {
        assertEquals("a.b", readAll(Hellos.of("a.b.")).serverName());
    }

    @Test
    void a_hello_whose_lengths_do_not_fit_has_no_name() {
        byte[] hello = Hellos.of("a.example.org");
        for (int at = 9; at < hello.length - "a.example.org".length(); at++) {
            byte[] broken = hello.clone();
            broken[at] = (byte) 0xff;
            ClientHelloReader reader = readAll(broken);
            assertTrue(reader.serverName() == null || reader.serverName().equals("a.example.org"));
        }
    }

    @Test
    void at_most_the_longest_hello_is_consumed() {
        byte[] endless = new byte[3 * ClientHelloReader.LONGEST];
        Arrays.fill(endless, (byte) 3);
        ByteBuffer.wrap(endless).put(new byte[] {22, 3, 1, 0x40, 0, 1, 0, 0x3f, (byte) 0xf8});
        ClientHelloReader reader = new ClientHelloReader();
        ByteBuffer data = ByteBuffer.wrap(endless);
        assertTrue(reader.read(data));
        assertEquals(ClientHelloReader.LONGEST, data.position());
        assertEquals(ClientHelloReader.LONGEST, reader.taken().length);
        assertNull(reader.serverName());
    }

    @Test
    void an_overlong_message_is_not_awaited() {
        assertNull(readAll(new byte[] {22, 3, 1, 0x40, 0, 1, 1, 0, 0}).serverName());
    }

    @Test
    void half_a_hello_decides_nothing() {
        byte[] hello = Hellos.of("a.b");
        assertFalse(new ClientHelloReader().read(ByteBuffer.wrap(hello, 0, hello.length - 1)));
    }
}
