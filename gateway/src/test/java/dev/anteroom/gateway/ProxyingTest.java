package dev.anteroom.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.testkit.Await;
import dev.anteroom.testkit.ScriptedClient;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests what a client and its upstream observe of each other. */
class ProxyingTest {
    private static final int MEBIBYTE = 1024 * 1024;

    /**
     * An executor for tasks that are given none. Since JDK 25 the common pool, which has one thread on two processors,
     * would run them.
     */
    private static final Executor A_THREAD_EACH = task -> new Thread(task).start();

    private final ScriptedUpstream upstream = ScriptedUpstream.open();
    private final RunningGateway gateway = RunningGateway.start(upstream.address(), "--limit", "10");

    @AfterEach
    void close() {
        gateway.close();
        upstream.close();
    }

    @Test
    void bytes_pass_both_ways() {
        ScriptedClient client = gateway.connect().send("ping");
        ScriptedClient server = upstream.next();
        assertEquals("ping", server.read(4));
        server.send("pong");
        assertEquals("pong", client.read(4));
    }

    @Test
    void the_upstream_may_speak_first() {
        ScriptedClient client = gateway.connect();
        upstream.next().send("220 ready");
        assertEquals("220 ready", client.read(9));
    }

    @Test
    void a_client_that_has_finished_sending_still_gets_its_answer() {
        ScriptedClient client = gateway.connect().send("question").shutdownOutput();
        ScriptedClient server = upstream.next();
        assertEquals("question", server.readToEnd());
        server.send("answer").close();
        assertEquals("answer", client.readToEnd());
    }

    @Test
    void an_upstream_that_has_finished_sending_still_receives() {
        ScriptedClient client = gateway.connect();
        ScriptedClient server = upstream.next();
        server.send("last words").shutdownOutput();
        assertEquals("last words", client.readToEnd());
        client.send("thanks").close();
        assertEquals("thanks", server.readToEnd());
    }

    @Test
    void a_reset_of_the_upstream_reaches_the_client() {
        // A reset that came before the gateway's own connect is done would be an upstream that refuses.
        ScriptedClient client = gateway.connect().send("question");
        ScriptedClient server = upstream.next();
        assertEquals("question", server.read(8));
        server.reset();
        assertTrue(client.isReset());
    }

    @Test
    void an_answer_that_is_complete_arrives_even_if_a_reset_follows() {
        ScriptedClient client = gateway.connect().send("question");
        ScriptedClient server = upstream.next();
        assertEquals("question", server.read(8));
        server.send("answer").shutdownOutput();
        assertEquals("answer", client.read(6));
        server.reset();
        assertFalse(client.isReset());
    }

    @Test
    void an_upstream_whose_client_was_reset_sees_the_end_of_its_input() {
        ScriptedClient client = gateway.connect().send("x");
        ScriptedClient server = upstream.next();
        server.read(1);
        client.reset();
        assertEquals("", server.readToEnd());
    }

    @Test
    void megabytes_sent_while_waiting_arrive_whole() {
        gateway.change("{\"limit\": 1}");
        ScriptedClient holder = gateway.connect();
        ScriptedClient holderServer = upstream.next();
        byte[][] messages = new byte[8][];
        CompletableFuture<?>[] sendings = new CompletableFuture<?>[8];
        for (int i = 0; i < 8; i++) {
            messages[i] = noise(6 * MEBIBYTE);
            ScriptedClient client = gateway.connectWaiting();
            byte[] message = messages[i];
            sendings[i] = CompletableFuture.runAsync(() -> client.send(message).close(), A_THREAD_EACH);
        }
        holder.close();
        holderServer.close();
        for (byte[] message : messages) {
            ScriptedClient server = upstream.next();
            assertEquals(ScriptedClient.hash(message), server.hashToEnd());
            server.close();
        }
        Await.value(CompletableFuture.allOf(sendings));
    }

    @Test
    void an_upstream_is_not_read_faster_than_its_client_reads() {
        ScriptedClient client = ScriptedClient.connect(gateway.address(), 64 * 1024);
        ScriptedClient server = upstream.next();
        byte[] flood = noise(64 * MEBIBYTE);
        CompletableFuture<Void> sending =
                CompletableFuture.runAsync(() -> server.send(flood).close());
        client.read(MEBIBYTE);
        assertFalse(sending.isDone());
        client.hashToEnd();
        Await.value(sending);
    }

    private static byte[] noise(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
